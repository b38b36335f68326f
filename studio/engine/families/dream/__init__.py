"""The torch half of Dream."""
