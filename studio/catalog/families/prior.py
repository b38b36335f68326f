"""The settings of a prior, which makes an image embedding from the prompt, and of moving one by a
change of words: those of the families after DALL-E 2 (Ramesh et al. 2022, https://arxiv.org/abs/2204.06125)."""

from __future__ import annotations

from studio.catalog.settings import Kind, Setting
from studio.core.notices import translatable

PRIOR_STEPS = Setting(
    "prior_steps",
    translatable("Steps of the prior"),
    Kind.WHOLE,
    25,
    2,
    100,
    1,
    tip=translatable(
        "Before it paints, the model decides in so many steps what the picture shows; 25 suit most"
        " prompts."
    ),
)
PRIOR_GUIDANCE = Setting(
    "prior_guidance",
    translatable("Guidance of the prior"),
    Kind.NUMBER,
    4.0,
    1.0,
    20.0,
    0.5,
    tip=translatable(
        "How closely the idea of the picture follows the prompt. Lower values vary more."
    ),
)
OLD_WORDS = Setting(
    "old_words",
    translatable("What the picture shows now"),
    Kind.TEXT,
    "",
    tip=translatable(
        "For Vary with a prompt: the picture is moved from these words to the prompt, such as from"
        " “a yellow car” to “a red car”. Empty: from nothing in particular."
    ),
)
WORD_SHARE = Setting(
    "word_share",
    translatable("Strength of the words"),
    Kind.NUMBER,
    0.35,
    0.0,
    1.0,
    0.05,
    tip=translatable(
        "For Vary with a prompt: how far the picture is moved towards the change of words. At 0 it"
        " stays, at 1 only the words count."
    ),
)
IMAGE_PROCESSOR = "CLIPImageProcessor"
"""The class that crops and scales a picture for CLIP."""
