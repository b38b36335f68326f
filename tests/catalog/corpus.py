"""About five hundred weights files without weights, one for each row and trap of recognition."""

from __future__ import annotations

from collections.abc import Iterator

import corpus_adapter_cases
import corpus_bad_cases
import corpus_dit_cases
import corpus_elsewhere_cases
import corpus_lora_cases
import corpus_part_cases
import corpus_unet_cases
from corpus_case import Case

TABLES = (
    corpus_unet_cases.cases,
    corpus_dit_cases.cases,
    corpus_elsewhere_cases.cases,
    corpus_lora_cases.cases,
    corpus_adapter_cases.cases,
    corpus_part_cases.cases,
    corpus_bad_cases.cases,
)


def corpus() -> Iterator[Case]:
    """Yield every case."""
    for table in TABLES:
        yield from table()
