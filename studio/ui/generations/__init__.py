"""The window that compares systems: one prompt, a column a system, and the chart."""
