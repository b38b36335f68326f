"""Fine-tuning on the artist's own pictures; nothing here yet, it comes with a later issue."""
