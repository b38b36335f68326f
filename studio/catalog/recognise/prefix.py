"""The prefix that a file puts in front of the names of its main network."""

from __future__ import annotations

PREFIXES = (
    "model.diffusion_model.",
    "diffusion_model.",
    "unet.",
    "transformer.",
    "net.",
    "model.",
)
"""Those of Stability's and most sharing sites' files, of trainers, of diffusers, of Cosmos."""
FEWEST = 5
"""A prefix counts if more names have it than this; fewer are stray tensors of a merge."""


def network_prefix(text: str, roots: frozenset[str]) -> str:
    """Return the most frequent of ``PREFIXES``, "" if the names have none.

    ``text`` are all names, each after a line feed, ``roots`` their first parts. A prefix that is
    the beginning of a longer one ("model.") counts only the names without the longer one.
    """
    counts = {
        prefix: text.count(f"\n{prefix}") if prefix.partition(".")[0] in roots else 0
        for prefix in PREFIXES
    }
    counts["model."] -= counts["model.diffusion_model."]
    best = max(counts, key=lambda prefix: counts[prefix])
    return best if counts[best] > FEWEST else ""
