"""DALL-E: a discrete autoencoder and a causal transformer over text and image tokens."""
