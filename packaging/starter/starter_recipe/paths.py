"""Where the recipe reads and writes."""

from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).resolve().parents[1]
PROJECT = RECIPE.parents[1]


@dataclass(frozen=True)
class Work:
    """The working folder of one run of the recipe and the folder of its result."""

    root: Path
    result: Path
    beside: Path | None = None
    """An AutoencoderTiny whose reconstruction is measured beside the starter's own, if any."""

    @property
    def sources(self) -> Path:
        """Unpacked source packages."""
        return self.root / "sources"

    @property
    def art(self) -> Path:
        """Prepared sprites and photographs."""
        return self.root / "art"

    @property
    def bank(self) -> Path:
        """Encoded training samples."""
        return self.root / "bank"

    @property
    def tokenizer(self) -> Path:
        """The trained tokenizer."""
        return self.root / "tokenizer"

    @property
    def elder(self) -> Path:
        """The text encoder and the vocabulary of an adopted model."""
        return self.root / "elder"

    @property
    def scale(self) -> Path:
        """The factor of an adopted model that gives its latents unit deviation."""
        return self.root / "scale.txt"

    def checkpoint(self, stage: str) -> Path:
        """Return the checkpoint that a training stage resumes from."""
        return self.root / f"{stage}.pt"

    def weights(self, stage: str) -> Path:
        """Return the averaged weights that a training stage writes at each checkpoint."""
        return self.root / f"{stage}.safetensors"

    def log(self, stage: str) -> Path:
        """Return the log that a stage appends to."""
        return self.root / f"{stage}.log"
