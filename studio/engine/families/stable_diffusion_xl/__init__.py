"""The torch half of Stable Diffusion XL."""
