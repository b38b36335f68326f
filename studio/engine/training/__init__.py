"""Fine-tuning on the artist's own pictures."""
