"""Lienzo: an offline image editor whose brushes are diffusion models."""

__version__ = "0.1.0"
