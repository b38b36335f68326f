"""The torch half of the small Flux."""
