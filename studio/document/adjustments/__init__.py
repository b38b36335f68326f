"""The adjustments: one file each, listed in ``table``; they import neither numba nor Qt."""
