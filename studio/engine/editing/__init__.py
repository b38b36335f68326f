"""Prompt-to-prompt edits: inversion and attention control, each usable alone."""
