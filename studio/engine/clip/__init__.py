"""CLIP: pictures and prompts as vectors that can be compared."""
