"""Mixing image embeddings: arcs between them, and moves by a change of words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from studio.core.geometry import Rect
from studio.edit.request import EditRequest, ReferenceUse, Task
from studio.engine.pipelines.embeddings import blend_pictures, moved_by_words, slerp

TORCH = torch.Generator().manual_seed(3)
ONE, OTHER, THIRD = (torch.randn(1, 64, generator=TORCH) for _ in range(3))


def test_an_arc_begins_and_ends_at_its_vectors_and_turns_evenly() -> None:
    assert torch.allclose(slerp(ONE, OTHER, 0.0), ONE, atol=1e-5)
    assert torch.allclose(slerp(ONE, OTHER, 1.0), OTHER, atol=1e-5)
    points = [slerp(ONE, OTHER, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    angles = [float(torch.acos(F.cosine_similarity(*pair))) for pair in pairwise(points)]
    assert max(angles) - min(angles) < 1e-3 and angles[0] > 0.1


def test_lengths_are_interpolated_and_parallel_vectors_stay() -> None:
    assert slerp(ONE, 3 * OTHER, 0.5).norm() == pytest.approx(
        float((ONE.norm() + 3 * OTHER.norm()) / 2), rel=1e-4
    )
    assert torch.allclose(slerp(ONE, 2 * ONE, 0.5), 1.5 * ONE, atol=1e-4)
    assert torch.isfinite(slerp(ONE, -ONE, 0.5)).all()


def test_a_change_of_words_moves_towards_the_new_and_away_from_the_old() -> None:
    moved = moved_by_words(ONE, OTHER, THIRD, 0.4)
    near, far = F.cosine_similarity(moved, OTHER), F.cosine_similarity(moved, THIRD)
    assert near > F.cosine_similarity(ONE, OTHER) and far < F.cosine_similarity(ONE, THIRD)
    assert moved.norm() == pytest.approx(float(ONE.norm()), rel=1e-4)
    assert torch.equal(moved_by_words(ONE, OTHER, 5 * OTHER, 0.4), ONE)
    assert torch.allclose(moved_by_words(ONE, OTHER, THIRD, 0.0), ONE, atol=1e-5)


def test_a_weight_of_one_is_halfway_and_two_is_the_reference_alone() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    uses = [ReferenceUse(picture, weight=weight, mode="blend") for weight in (0.0, 1.0, 2.0)]
    uses.append(ReferenceUse(picture, mode="look"))
    request = EditRequest(
        task=Task.VARY, prompt="", region=Rect(0, 0, 4, 4), references=tuple(uses)
    )
    assert [share for _, share in blend_pictures(request)] == [0.5, 1.0]
