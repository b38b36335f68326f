"""The torch half of the families that make a picture in one call of a generator: GAN and VAE."""
