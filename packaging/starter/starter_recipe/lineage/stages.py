"""The stages of the small systems by name, with their usual minutes; a new one is a row."""

from collections.abc import Callable

    "lineage-dvae": (dalle.train_dvae, 8),
    "lineage-dvae-decoder": (dalle.train_decoder, 8),
    "lineage-dalle": (dalle.train_dalle, 40),
