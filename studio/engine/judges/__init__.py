"""Networks that recognise what a picture shows: they measure pictures and steer their making."""
