"""A new text is painted with the attention of the old one, and the processors come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers.models.attention_processor import (
    Attention,
    AttnProcessor2_0,
    IPAdapterAttnProcessor2_0,
)
from test_reference import picture, write_adapter

from studio.catalog.models import STARTER
from studio.core.errors import Cancelled
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, EditResult, ReferenceUse, Task
from studio.edit.rewrite import RewriteUse
from studio.engine.engine import Engine
from studio.engine.rewrite.alignment import Alignment, align, find, words_of
from studio.engine.rewrite.processors import _Controlled, control_attention
from studio.engine.rewrite.prompt_to_prompt import AttentionControl, Windows

A, BIG, CAT, DOG, HAT, RED, WITH = ("a</w>", "big</w>", "cat</w>", "dog</w>", "hat</w>", "red</w>",
                                   "with</w>")  # fmt: skip
SQUIRREL = ["squir", "rel</w>"]


def pairs(alignment: Alignment) -> dict[tuple[int, int], float]:
    """The entries of an alignment's matrix that are not 0, by (old, new) position."""
    found = np.argwhere(alignment.matrix)
    return {(int(i), int(j)): float(alignment.matrix[i, j]) for i, j in found}


def own(alignment: Alignment) -> list[int]:
    return np.flatnonzero(alignment.own).tolist()


def test_words_of_several_tokens_are_found() -> None:
    words = words_of([A, *SQUIRREL, "<luna>", DOG, "\ue000", "\ue001", DOG])
    assert [(word.tokens, list(word.positions)) for word in words] == [
        ((A,), [1]), (tuple(SQUIRREL), [2, 3]), (("<luna>",), [4]), ((DOG,), [5]),
        (("\ue000",), [6]), (("\ue001",), [7]), ((DOG,), [8]),
    ]  # fmt: skip
    assert find([A, *SQUIRREL, A, DOG, A], [A]) == (1, 4, 6)
    assert find([A, *SQUIRREL, A], SQUIRREL) == (2, 3)
    assert find([A, *SQUIRREL], ["squir"]) == (2,) and find([A], []) == ()


def test_a_swapped_word_takes_the_attention_over() -> None:
    made = align([A, DOG], [A, CAT], 6)
    assert pairs(made) == {(i, i): 1.0 for i in range(6)}
    assert own(made) == [] and made.before == made.after == (2,)
    same = align([A, DOG], [A, DOG], 6)
    assert pairs(same) == pairs(made) and same.before == same.after == ()


def test_a_swap_spreads_over_the_tokens_of_a_word() -> None:
    # 0 begin, 1 a, 2 dog, 3 end, 4 and 5 padding -> 0 begin, 1 a, 2 3 squirrel, 4 end, 5 padding.
    made = align([A, DOG], [A, *SQUIRREL], 6)
    assert pairs(made) == {
        (0, 0): 1, (1, 1): 1, (2, 2): 0.5, (2, 3): 0.5, (3, 4): 1, (4, 5): 1,
    }  # fmt: skip
    assert own(made) == [] and made.before == (2,) and made.after == (2, 3)
    # The other way round both tokens are summed; the last padding of the new text has no partner.
    back = align([A, *SQUIRREL], [A, DOG], 6)
    assert pairs(back) == {
        (0, 0): 1, (1, 1): 1, (2, 2): 1, (3, 2): 1, (4, 3): 1, (5, 4): 1,
    }  # fmt: skip
    assert own(back) == [5]


def test_new_words_keep_their_own_attention() -> None:
    made = align([A, DOG], [A, BIG, DOG], 6)
    assert pairs(made) == {(0, 0): 1, (1, 1): 1, (2, 3): 1, (3, 4): 1, (4, 5): 1}
    assert own(made) == [2] and made.before == () and made.after == (2,)
    # The word in the dog's place takes over from it, what follows is new.
    more = align([A, DOG], [A, CAT, WITH, A, HAT], 8)
    assert pairs(more) == {(0, 0): 1, (1, 1): 1, (2, 2): 1, (3, 6): 1, (4, 7): 1}
    assert own(more) == [3, 4, 5] and more.before == (2,) and more.after == (2, 3, 4, 5)
    # Which of two words stands for the cat cannot be told.
    either = align([A, CAT], [A, BIG, DOG], 6)
    assert own(either) == [2, 3] and (either.before, either.after) == ((2,), (2, 3))


def test_fewer_words_share_the_attention_of_all() -> None:
    made = align([A, RED, DOG], [A, CAT], 6)
    assert pairs(made) == {
        (0, 0): 1, (1, 1): 1, (2, 2): 1, (3, 2): 1, (4, 3): 1, (5, 4): 1,
    }  # fmt: skip
    assert made.before == (2, 3) and made.after == (2,)
    gone = align([A, RED, DOG], [A, DOG], 6)
    assert pairs(gone) == {(0, 0): 1, (1, 1): 1, (3, 2): 1, (4, 3): 1, (5, 4): 1}
    assert gone.before == (2,) and gone.after == ()


def test_texts_that_fill_the_model_are_aligned_to_the_end() -> None:
    full = align([A, DOG, A, DOG], [A, DOG, A, CAT], 6)
    assert pairs(full) == {(i, i): 1.0 for i in range(6)}
    assert pairs(align([], [], 4)) == {(i, i): 1.0 for i in range(4)}


LENGTH = 6
Layer = tuple[Attention, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


@pytest.fixture
def layer() -> Layer:
    """A cross attention layer, states of the old and the new picture, and both texts."""
    torch.manual_seed(4)
    attention = Attention(query_dim=16, cross_attention_dim=12, heads=2, dim_head=8)
    attention.requires_grad_(False).set_processor(AttnProcessor2_0())
    states = torch.randn(2, 2, 9, 16)
    texts = torch.randn(2, 2, LENGTH, 12)
    return attention, states[0], states[1], texts[0], texts[1]


def shares(attention: Attention, states: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
    """Attention probabilities of the last picture, (heads, positions, tokens)."""
    query, key = (
        part(of[-1]).unflatten(-1, (2, 8)).transpose(0, 1)
        for part, of in ((attention.to_q, states), (attention.to_k, text))
    )
    return torch.softmax(query @ key.transpose(-1, -2) / 8**0.5, -1)


def given(attention: Attention, share: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
    """What a layer gives for probabilities, (positions, width)."""
    value = attention.to_v(text[-1]).unflatten(-1, (2, 8)).transpose(0, 1)
    result: torch.Tensor = attention.to_out[0]((share @ value).transpose(0, 1).flatten(1))
    return result


def both(attention: Attention, control: AttentionControl, parts: Layer, inner: Any) -> torch.Tensor:
    """Run the old and then the new picture through a controlled layer; returns the new output."""
    _, old, new, text, other = parts
    wrapped = _Controlled(inner, "x.attn2.processor", True, control)
    control.begin(0, is_source=True)
    plain = wrapped(attention, old, text)
    assert torch.equal(plain, inner(attention, old, text))
    control.begin(0, is_source=False)
    return wrapped(attention, new, other)


def control_of(
    alignment: Alignment, scales: dict[int, float] | None = None, **windows: float
) -> AttentionControl:
    kept = Windows(**{"cross": 1.0, "self_attention": 0.0, **windows})
    return AttentionControl(alignment, scales or {}, kept, 1, (3, 3))


def test_cross_attention_is_replaced_refined_and_weighted(layer: Layer) -> None:
    attention, old, new, text, other = layer
    inner = attention.processor
    alignment = align([A, DOG], [A, BIG, DOG], LENGTH)
    before, now = shares(attention, old, text), shares(attention, new, other)
    # By hand: big (2) is new, what stands behind it moves by one.
    wanted = torch.cat([before[..., :2], now[..., 2:3], before[..., 2:5]], dim=-1)
    made = both(attention, control_of(alignment), layer, inner)
    assert torch.allclose(made[1], given(attention, wanted, other), atol=1e-5)
    assert torch.equal(made[0], inner(attention, new, other)[0])
    wanted[..., 2] *= 3
    made = both(attention, control_of(alignment, {2: 3.0}), layer, inner)
    assert torch.allclose(made[1], given(attention, wanted, other), atol=1e-5)
    # After the window a weight still counts, the old attention does not.
    made = both(attention, control_of(alignment, {2: 3.0}, cross=0.0), layer, inner)
    now[..., 2] *= 3
    assert torch.allclose(made[1], given(attention, now, other), atol=1e-5)


def test_self_attention_is_the_old_ones(layer: Layer) -> None:
    _, old, new, *_ = layer
    same = Attention(query_dim=16, heads=2, dim_head=8).requires_grad_(False)
    inner = same.processor
    control = control_of(align([A], [A], 4), cross=0.0, self_attention=1.0)
    wrapped = _Controlled(inner, "x.attn1.processor", False, control)
    control.begin(0, is_source=True)
    wrapped(same, old)
    control.begin(0, is_source=False)
    made = wrapped(same, new)
    assert torch.allclose(made[1], given(same, shares(same, old, old), new), atol=1e-5)
    assert not torch.allclose(made[1], inner(same, new)[1], atol=1e-2)


def test_what_an_ip_adapter_adds_stays(layer: Layer) -> None:
    attention, _, new, _, other = layer
    plain = attention.processor
    with_images = IPAdapterAttnProcessor2_0(16, 12, num_tokens=(4,), scale=0.7)
    images = [torch.randn(2, 1, 4, 12)]

    class Pictured:
        """The IP-Adapter's processor, given the same pictures whatever the text."""

        def __call__(self, layer: Any, states: Any, text: Any, *rest: Any) -> torch.Tensor:
            made: torch.Tensor = with_images(layer, states, (text, images), *rest)
            return made

    alignment = align([A, DOG], [A, CAT], LENGTH)
    added = Pictured()(attention, new, other) - plain(attention, new, other)
    assert added.abs().max() > 0.01
    controlled_plain = both(attention, control_of(alignment), layer, plain)
    controlled_images = both(attention, control_of(alignment), layer, Pictured())
    assert torch.allclose(controlled_images - controlled_plain, added, atol=1e-5)


@pytest.fixture
def ask_words(ask: MakeRequest, tiny: Path) -> Callable[..., EditRequest]:
    """Make edits by words of a 96 x 64 picture with the tiny model: "a cat" to "a dog"."""

    def make(prompt: str = "a dog", steps: int = 3, **changes: Any) -> EditRequest:
        use = {"method": "negative_prompt", "threshold": 0.5, **changes.pop("use", {})}
        changes.setdefault("mask", np.full((64, 96), 255, np.uint8))
        made = ask(Task.REWRITE, sampling={"steps": steps, "cfg_scale": 5.0}, **changes)
        return made.replace(prompt=prompt, rewrite=RewriteUse("a cat", **use))

    return make


AskWords = Callable[..., EditRequest]


def processors(engine: Engine) -> dict[str, Any]:
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    return dict(unet.attn_processors)


def test_a_weight_of_1_equals_none_and_others_do_not(engine: Engine, ask_words: AskWords) -> None:
    plain = engine.run(ask_words()).images[0]
    one = engine.run(ask_words(use={"weights": {"dog": 1.0}})).images[0]
    assert np.array_equal(one, plain)
    for factor in (3.0, 0.0, -2.0):
        other = engine.run(ask_words(use={"weights": {"dog": factor}})).images[0]
        assert not np.array_equal(other, plain), factor
    unknown = engine.run(ask_words(use={"weights": {"zebra": 3.0}})).images[0]
    assert np.array_equal(unknown, plain)


def test_a_weight_alone_changes_the_same_words(engine: Engine, ask_words: AskWords) -> None:
    same = engine.run(ask_words("a cat"))
    heavy = engine.run(ask_words("a cat", use={"weights": {"cat": 4.0}}))
    assert not np.array_equal(heavy.images[0], same.images[0])
    assert same.masks == () and len(heavy.masks) == 1


def test_every_setting_counts(engine: Engine, ask_words: AskWords) -> None:
    uses: list[dict[str, Any]] = [
        {"cross": 1.0, "self_attention": 0.0, "local": False},
        {"cross": 0.0, "self_attention": 0.0, "local": False},
        {"cross": 0.0, "self_attention": 1.0, "local": False},
        {"cross": 0.0, "self_attention": 0.0, "local": True},
        {"cross": 0.0, "self_attention": 0.0, "local": True, "threshold": 0.95},
    ]
    made = [engine.run(ask_words(use=use)) for use in uses]
    for i, one in enumerate(made):
        assert not any(np.array_equal(one.images[0], other.images[0]) for other in made[:i]), i
    assert [len(one.masks) for one in made] == [0, 0, 0, 1, 1]


def test_the_mask_lies_inside_the_requests_and_follows_threshold_and_words(
    engine: Engine, ask_words: AskWords
) -> None:
    allowed = np.zeros((64, 96), np.uint8)
    allowed[8:, 16:] = 200
    masks = {}
    uses: dict[str, dict[str, Any]] = {
        "plain": {},
        "high": {"threshold": 0.9},
        "blend": {"blend": ("a",)},
        "none": {"blend": ("zz",)},
    }
    for name, use in uses.items():
        result = engine.run(ask_words(use=use, mask=allowed))
        masks[name] = result.masks
        assert all((mask <= allowed).all() for mask in result.masks)
        assert all(mask.shape == (64, 96) and mask.dtype == np.uint8 for mask in result.masks)
    assert masks["plain"][0].any()
    assert masks["high"][0].sum() < masks["plain"][0].sum()
    assert not np.array_equal(masks["blend"][0], masks["plain"][0])
    # A word that stands nowhere limits nothing.
    assert masks["none"] == ()


def test_outside_the_requests_mask_the_old_picture_is_painted(
    engine: Engine, ask_words: AskWords
) -> None:
    """The pixels of the result itself, far from the mask, are those of the unchanged words."""
    mask = np.zeros((64, 96), np.uint8)
    mask[:, :24] = 255
    use = {"local": False, "cross": 0.0, "self_attention": 0.0}
    same = engine.run(ask_words("a cat", mask=mask)).images[0].astype(int)
    other = engine.run(ask_words("a dog", mask=mask, use=use)).images[0].astype(int)
    everywhere = engine.run(ask_words("a dog", use=use, mask=mask | 255)).images[0].astype(int)
    assert np.abs(other - same)[:, :24].max() > 0
    near = np.abs(other - same)[:, 72:].mean()
    assert near < 0.2 * np.abs(everywhere - same)[:, 72:].mean()


def test_a_reference_counts_for_the_new_text_alone(
    engine: Engine, ask_words: AskWords, tiny: Path, tmp_path: Path
) -> None:
    folder = write_adapter(tiny, tmp_path / "ip_adapter")
    use = ReferenceUse(picture(1), mode="subject", model=str(folder))
    plain = engine.run(ask_words())
    before = processors(engine)
    with_picture = engine.run(ask_words(references=(use,)))
    assert not np.array_equal(with_picture.images[0], plain.images[0])
    assert plain.inversion is not None and with_picture.inversion is not None
    assert with_picture.inversion.psnr == plain.inversion.psnr
    assert np.array_equal(with_picture.inversion.latents, plain.inversion.latents)
    after = processors(engine)
    assert all(after[name] is kept for name, kept in before.items())
    # Where only the reference changes anything, the words being the same, it still counts.
    same, steered = (
        engine.run(ask_words("a cat", references=uses)).images[0] for uses in ((), (use,))
    )
    assert not np.array_equal(same, steered)


def test_the_same_processors_are_back_also_after_an_error_and_a_cancel(
    engine: Engine, ask_words: AskWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = engine.run(ask_words()).images[0]
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    before = dict(unet.attn_processors)
    progress: Progress

    def stop(event: ProgressEvent) -> None:
        if event.text == "Painting" and event.preview is not None:
            assert any(unet.attn_processors[name] is not kept for name, kept in before.items())
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        engine.run(ask_words(), progress)
    assert all(unet.attn_processors[name] is kept for name, kept in before.items())

    def fail(*_: Any) -> None:
        raise ArithmeticError

    monkeypatch.setattr(AttentionControl, "attend", fail)
    with pytest.raises(ArithmeticError):
        engine.run(ask_words())
    monkeypatch.undo()
    assert all(unet.attn_processors[name] is kept for name, kept in before.items())
    assert np.array_equal(engine.run(ask_words()).images[0], first)


def test_an_ip_adapters_processors_are_wrapped_and_the_same_objects_return(
    engine: Engine, tiny: Path, tmp_path: Path
) -> None:
    engine.warm_up(str(tiny))
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    plain = dict(unet.attn_processors)
    adapter = {n: IPAdapterAttnProcessor2_0(32, 16) for n in plain if "attn2" in n}
    try:
        unet.set_attn_processor({**plain, **adapter})
        keys = list(unet.state_dict())
        with (
            pytest.raises(ZeroDivisionError),
            control_attention(unet, control_of(align([], [], 4))),
        ):
            assert all(unet.attn_processors[name].inner is one for name, one in adapter.items())
            raise ZeroDivisionError
        assert all(unet.attn_processors[name] is one for name, one in adapter.items())
        assert list(unet.state_dict()) == keys
    finally:
        unet.set_attn_processor(plain)


STEPS = 6


@pytest.fixture(scope="module")
def starter_edits(engine: Engine) -> Callable[..., EditResult]:
    """Make edits of one picture of a teddy bear by the starter, six steps; each once."""
    kept: dict[Any, EditResult] = {}
    from studio.core.geometry import Rect
    from studio.edit.request import Sampling

    made = engine.run(
        EditRequest(
            task=Task.GENERATE, prompt="a teddy bear", region=Rect(0, 0, 128, 128), model=STARTER,
            sampling=Sampling(steps=12, cfg_scale=3.0, sampler="ddim", seed=3),
        )
    )  # fmt: skip

    def edit(prompt: str, **use: Any) -> EditResult:
        key = (prompt, tuple(sorted(use.items())))
        if key not in kept:
            kept[key] = engine.run(
                EditRequest(
                    task=Task.REWRITE, prompt=prompt, region=Rect(0, 0, 128, 128), model=STARTER,
                    image=made.images[0], mask=np.full((128, 128), 255, np.uint8),
                    sampling=Sampling(steps=STEPS, cfg_scale=3.0, sampler="ddim", seed=0),
                    rewrite=RewriteUse("a teddy bear", "negative_prompt", **use),
                )
            )  # fmt: skip
        return kept[key]

    return edit


def apart(one: EditResult, other: EditResult) -> float:
    return float(np.abs(one.images[0].astype(int) - other.images[0]).mean())


def test_the_longer_attention_is_kept_the_nearer_to_the_old_picture(
    starter_edits: Callable[..., EditResult],
) -> None:
    same = starter_edits("a teddy bear")
    kept = starter_edits("a lemon", cross=1.0, self_attention=1.0, local=False)
    half = starter_edits("a lemon", cross=0.5, self_attention=0.5, local=False)
    free = starter_edits("a lemon", cross=0.0, self_attention=0.0, local=False)
    assert apart(kept, same) < apart(half, same) < apart(free, same)


def test_the_local_mask_keeps_what_lies_outside(starter_edits: Callable[..., EditResult]) -> None:
    same = starter_edits("a teddy bear")
    everywhere = starter_edits("a lemon", local=False)
    local = starter_edits("a lemon", local=True, threshold=0.7)
    outside = local.masks[0] == 0
    assert 0.1 < outside.mean() < 0.95
    changed = [np.abs(one.images[0].astype(int) - same.images[0]) for one in (local, everywhere)]
    assert changed[0][outside].mean() < 0.5 * changed[1][outside].mean()
    assert changed[0][local.masks[0] > 200].mean() > 3 * changed[0][outside].mean()


def test_a_swapped_word_is_guided_away_from_the_plain_empty_prompt(
    engine: Engine, ask_words: AskWords
) -> None:
    """By negative-prompt inversion the old text is in its place, which a scale of 1 never asks."""
    uses = {"cross": 0.0, "self_attention": 0.0, "threshold": 0.0}
    source = "a cat"
    made = {
        name: engine.run(ask_words(prompt, steps=2, use={**uses, "method": method}))
        for name, prompt, method in (
            ("swap", "a dog", "negative_prompt"), ("plain", "a dog", "ddim"),
            ("more", f"{source} now", "negative_prompt"), ("more plain", f"{source} now", "ddim"),
        )
    }  # fmt: skip
    # With a mask that covers all and no attention kept, only what it is guided away from differs.
    assert np.array_equal(made["swap"].images[0], made["plain"].images[0])
    assert not np.array_equal(made["more"].images[0], made["more plain"].images[0])
