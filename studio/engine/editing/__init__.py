"""Edits of a picture by its words: inversion and attention control, each usable alone."""
