"""LoHa, LoKr, DoRA, differences and norms act by their published formulas and leave no trace.

The effective weight is computed here once more, number by number or by PEFT's own layers.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import peft
import pytest
import torch
from conftest import MakeRequest
from lora_samples import Tensors, read
from safetensors.torch import save_file
from test_lora import fingerprint
from torch.nn import functional

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import TEXT_WEIGHT, AdapterUse
from studio.engine.adapters.export import write_lora
from studio.engine.adapters.lora import Lora, loras_on, merge, replaced_weights
from studio.engine.adapters.lora_layouts import adaptable
from studio.engine.engine import Engine

LINEAR = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
CONV = "down_blocks.0.resnets.0.conv1"
GROUP_NORM = "down_blocks.0.resnets.0.norm1"
LAYER_NORM = "down_blocks.0.attentions.0.transformer_blocks.0.norm1"


@pytest.fixture(scope="module")
def loaded(engine: Engine, tiny_fill: Path) -> Any:
    engine.warm_up(str(tiny_fill))
    return engine.residency.loaded


def layer(loaded: Any, name: str) -> Any:
    return loaded.networks.unet.get_submodule(name)


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed + sum(shape)))


def key(module: str, role: str) -> str:
    return f"lora_unet_{module.replace('.', '_')}.{role}"


def written(tmp_path: Path, module: str, roles: Mapping[str, torch.Tensor]) -> Path:
    file = tmp_path / "style.safetensors"
    save_file({key(module, role): one.contiguous() for role, one in roles.items()}, file)
    return file


def seen(module: Any) -> torch.Tensor:
    """What a layer gives for a fixed input."""
    count = module.weight.shape[:2][-1]
    flat = isinstance(module, torch.nn.Linear | torch.nn.LayerNorm)
    size = (3, count) if flat else (2, count, 6, 6)
    with torch.no_grad():
        made: torch.Tensor = module(drawn(*size, seed=5))
    return made


def wanted(module: Any, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """What the same layer gives with another weight and bias, by torch's functions."""
    if isinstance(module, torch.nn.Linear):
        return functional.linear(drawn(3, weight.shape[1], seed=5), weight, bias)
    if isinstance(module, torch.nn.LayerNorm):
        picture = drawn(3, len(weight), seed=5)
        return functional.layer_norm(picture, weight.shape, weight, bias, module.eps)
    if isinstance(module, torch.nn.GroupNorm):
        picture = drawn(2, len(weight), 6, 6, seed=5)
        return functional.group_norm(picture, module.num_groups, weight, bias, module.eps)
    picture = drawn(2, weight.shape[1], 6, 6, seed=5)
    return functional.conv2d(picture, weight, bias, module.stride, module.padding)


def matrix(*factors: torch.Tensor) -> np.ndarray[Any, Any]:
    found = factors[0].double().numpy()
    for one in factors[1:]:
        found = found @ one.double().numpy()
    return found


def tucker(core: torch.Tensor, left: torch.Tensor, right: torch.Tensor) -> np.ndarray[Any, Any]:
    """Sum over both ranks: core (r, r, h, w), left (r, out), right (r, in)."""
    t, a, b = (one.double().numpy() for one in (core, left, right))
    found = np.zeros((a.shape[1], b.shape[1], *t.shape[2:]))
    for i in range(t.shape[0]):
        for j in range(t.shape[1]):
            found += a[i][:, None, None, None] * b[j][None, :, None, None] * t[i, j][None, None]
    return found


def kronecker(first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Block (i, j) of the product is first[i, j] times the second."""
    rows = [np.concatenate([one * second for one in row], axis=1) for row in first]
    return np.concatenate(rows, axis=0)


def decomposed(
    weight: np.ndarray[Any, Any], magnitude: torch.Tensor, axis: int
) -> np.ndarray[Any, Any]:
    found = np.moveaxis(weight.copy(), axis, 0)
    for number, row in enumerate(found):
        row *= magnitude.flatten()[number].item() / np.sqrt((row**2).sum())
    return np.moveaxis(found, 0, axis)


def samples(loaded: Any) -> dict[str, tuple[str, Tensors, np.ndarray[Any, Any]]]:
    """Kind -> module, tensors of the file, and what the weight is with them."""
    q, c = (layer(loaded, name).weight.double().numpy() for name in (LINEAR, CONV))
    o, n = q.shape
    co, cn = c.shape[:2]
    down, up, alpha = drawn(3, n), drawn(o, 3, seed=1), torch.tensor(1.5)
    lora = {"lora_down.weight": down, "lora_up.weight": up, "alpha": alpha}
    low = matrix(up, down) * 0.5
    cdown, cup = drawn(3, cn, 3, 3), drawn(co, 3, 1, 1, seed=1)
    clora = {"lora_down.weight": cdown, "lora_up.weight": cup, "alpha": alpha}
    clow = (matrix(cup.flatten(1), cdown.flatten(1)) * 0.5).reshape(c.shape)
    w1a, w1b, w2a, w2b = drawn(o, 3), drawn(3, n, seed=1), drawn(o, 3, seed=2), drawn(3, n, seed=3)
    loha = {"hada_w1_a": w1a, "hada_w1_b": w1b, "hada_w2_a": w2a, "hada_w2_b": w2b, "alpha": alpha}
    hada = matrix(w1a, w1b) * matrix(w2a, w2b) * 0.5
    flat = [drawn(co, 2), drawn(2, cn * 9, seed=1), drawn(co, 2, seed=2), drawn(2, cn * 9, seed=3)]
    t1, t2 = drawn(2, 2, 3, 3), drawn(2, 2, 3, 3, seed=1)
    core = [drawn(2, co), drawn(2, cn, seed=1), drawn(2, co, seed=2), drawn(2, cn, seed=3)]
    names = ("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b")
    k1, k2 = drawn(o // 4, n // 2), drawn(4, 2, seed=1)
    k2a, k2b = drawn(o // 2, 3), drawn(3, n // 4, seed=1)
    k1a, k1b = drawn(2, 3), drawn(3, 4, seed=1)
    kc1, kc2 = drawn(2, 4), drawn(co // 2, cn // 4, 3, 3, seed=1)
    kca, kcb = drawn(co // 2, 3), drawn(3, cn // 4 * 9, seed=1)
    kt, kta, ktb = drawn(3, 3, 3, 3), drawn(3, co // 2, seed=1), drawn(3, cn // 4, seed=2)
    m_out, m_in = drawn(o, 1).abs() + 0.5, drawn(1, n).abs() + 0.5
    mc_out, mc_in = drawn(co, 1, 1, 1).abs() + 0.5, drawn(1, cn, 1, 1).abs() + 0.5
    diff, cdiff = drawn(o, n), drawn(*c.shape)
    lokr = {"lokr_w1": kc1, "lokr_w2_a": kca, "lokr_w2_b": kcb, "alpha": alpha}
    kflat = kronecker(kc1.double().numpy(), matrix(kca, kcb)).reshape(c.shape)
    hflat = matrix(flat[0], flat[1]) * matrix(flat[2], flat[3])
    return {
        "LoRA": (LINEAR, lora, q + low),
        "LoCon": (CONV, clora, c + clow),
        "scale in alpha's place": (
            LINEAR,
            {**lora, "scale": torch.tensor(0.25)},
            q + low / 2,
        ),
        "LoHa": (LINEAR, loha, q + hada),
        "LoHa of a convolution": (
            CONV,
            dict(zip(names, flat, strict=True)),
            c + hflat.reshape(c.shape),
        ),
        "LoHa, Tucker": (
            CONV,
            {**dict(zip(names, core, strict=True)), "hada_t1": t1, "hada_t2": t2, "alpha": alpha},
            c + tucker(t1, core[0], core[1]) * tucker(t2, core[2], core[3]) * 0.75,
        ),
        "LoKr, whole": (
            LINEAR,
            # Without a rank alpha counts for nothing.
            {"lokr_w1": k1, "lokr_w2": k2, "alpha": torch.tensor(7.0)},
            q + kronecker(k1.double().numpy(), k2.double().numpy()),
        ),
        "LoKr, second in factors": (
            LINEAR,
            {"lokr_w1": drawn(2, 4), "lokr_w2_a": k2a, "lokr_w2_b": k2b, "alpha": alpha},
            q + kronecker(drawn(2, 4).double().numpy(), matrix(k2a, k2b)) * 0.5,
        ),
        "LoKr, both in factors": (
            LINEAR,
            {"lokr_w1_a": k1a, "lokr_w1_b": k1b, "lokr_w2_a": k2a, "lokr_w2_b": k2b}
            | {"alpha": alpha},
            q + kronecker(matrix(k1a, k1b), matrix(k2a, k2b)) * 0.5,
        ),
        "LoKr of a convolution": (
            CONV,
            {"lokr_w1": kc1, "lokr_w2": kc2},
            c + kronecker(kc1.double().numpy(), kc2.double().numpy()),
        ),
        "LoKr of a convolution, flat": (CONV, lokr, c + kflat * 0.5),
        "LoKr, Tucker": (
            CONV,
            {"lokr_w1": kc1, "lokr_t2": kt, "lokr_w2_a": kta, "lokr_w2_b": ktb, "alpha": alpha},
            c + kronecker(kc1.double().numpy(), tucker(kt, kta, ktb)) * 0.5,
        ),
        "DoRA": (LINEAR, {**lora, "dora_scale": m_out}, decomposed(q + low, m_out, 0)),
        "DoRA of the inputs": (
            LINEAR,
            {**lora, "dora_scale": m_in},
            decomposed(q + low, m_in, 1),
        ),
        "DoRA of a convolution": (
            CONV,
            {**clora, "dora_scale": mc_out},
            decomposed(c + clow, mc_out, 0),
        ),
        "DoRA of a convolution's inputs": (
            CONV,
            {**clora, "dora_scale": mc_in},
            decomposed(c + clow, mc_in, 1),
        ),
        "DoRA of a LoHa": (LINEAR, {**loha, "dora_scale": m_out}, decomposed(q + hada, m_out, 0)),
        "difference": (LINEAR, {"diff": diff}, q + diff.double().numpy()),
        "difference of a convolution": (CONV, {"diff": cdiff}, c + cdiff.double().numpy()),
        "difference beside a LoRA": (
            LINEAR,
            {**lora, "diff": diff},
            q + low + diff.double().numpy(),
        ),
    }


CASES = (
    "LoRA", "LoCon", "scale in alpha's place", "LoHa", "LoHa of a convolution", "LoHa, Tucker",
    "LoKr, whole", "LoKr, second in factors", "LoKr, both in factors", "LoKr of a convolution",
    "LoKr of a convolution, flat", "LoKr, Tucker", "DoRA", "DoRA of the inputs",
    "DoRA of a convolution", "DoRA of a convolution's inputs", "DoRA of a LoHa", "difference",
    "difference of a convolution", "difference beside a LoRA",
)  # fmt: skip


def on(loaded: Any, *loras: Lora) -> Any:
    return loras_on(adaptable(loaded.networks), loras, loaded.networks.fill_conv)


def assert_near(found: torch.Tensor, expected: torch.Tensor, tolerance: float = 2e-5) -> None:
    assert (found - expected).abs().max() <= tolerance * expected.abs().max()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("strength", [1.0, -0.6])
def test_the_effective_weight_is_that_of_the_formula(
    loaded: Any, tmp_path: Path, case: str, strength: float
) -> None:
    found = samples(loaded)
    assert set(found) == set(CASES)
    name, tensors, weight = found[case]
    module = layer(loaded, name)
    before = seen(module)
    old = module.weight.double().numpy()
    expected = torch.from_numpy(old + strength * (weight - old)).float()
    made = read(written(tmp_path, name, tensors), loaded)
    assert made.note is None
    with on(loaded, Lora(made, strength)):
        assert_near(seen(module), wanted(module, expected, module.bias))
        assert not torch.allclose(seen(module), before, atol=1e-2)
    assert torch.equal(seen(module), before)


@pytest.mark.parametrize("case", CASES)
def test_it_comes_back_from_our_own_file(loaded: Any, tmp_path: Path, case: str) -> None:
    name, tensors, weight = samples(loaded)[case]
    made = read(written(tmp_path, name, tensors), loaded)
    write_lora(tmp_path / "ours.safetensors", made, "kohya")
    again = read(tmp_path / "ours.safetensors", loaded)
    module = layer(loaded, name)
    (change,) = again.layers["unet"].values()
    assert again.note is None
    assert_near(module.weight + change.change(module.weight), torch.from_numpy(weight).float())
    if not tensors.keys() <= {"lora_down.weight", "lora_up.weight", "alpha", "scale"}:
        with pytest.raises(StudioError, match="peft"):
            write_lora(tmp_path / "theirs.safetensors", made, "peft")


@pytest.mark.parametrize("name", [LINEAR, CONV, GROUP_NORM, LAYER_NORM])
@pytest.mark.parametrize("roles", [("w_norm", "b_norm"), ("diff", "diff_b"), ("diff_b",)])
def test_biases_and_norms_gain_their_difference(
    loaded: Any, tmp_path: Path, name: str, roles: tuple[str, ...]
) -> None:
    module = layer(loaded, name)
    weight, bias, before = module.weight, module.bias, seen(module)
    gains = {
        role: drawn(*(module.weight.shape if role in ("w_norm", "diff") else [len(weight)]), seed=7)
        for role in roles
    }
    assert (name == LINEAR) == (bias is None)
    expected = weight + 0.5 * gains.get(roles[0] if len(roles) > 1 else "", torch.zeros(()))
    shifted = (0 if bias is None else bias) + 0.5 * gains[roles[-1]]
    with on(loaded, Lora(read(written(tmp_path, name, gains), loaded), 0.5)):
        assert_near(seen(module), wanted(module, expected, shifted))
    assert module.weight is weight and module.bias is bias
    assert torch.equal(seen(module), before)


def configs() -> dict[str, Any]:
    common = {"target_modules": [LINEAR, CONV], "init_weights": False, "r": 4, "alpha": 3}
    lora = {"target_modules": [LINEAR, CONV], "init_lora_weights": False, "lora_alpha": 3, "r": 4}
    return {
        "LoRA": peft.LoraConfig(**lora),
        "LoRA, rank stabilized": peft.LoraConfig(**lora, use_rslora=True),
        "LoRA with a bias": peft.LoraConfig(**{**lora, "target_modules": [CONV]}, lora_bias=True),
        "DoRA": peft.LoraConfig(**lora, use_dora=True),
        "LoHa": peft.LoHaConfig(**common),
        "LoHa, Tucker": peft.LoHaConfig(**common, use_effective_conv2d=True),
        "LoKr": peft.LoKrConfig(**common),
        "LoKr, whole": peft.LoKrConfig(**{**common, "r": 64}),
        "LoKr, both": peft.LoKrConfig(**{**common, "r": 1}, decompose_both=True),
        "LoKr, Tucker": peft.LoKrConfig(**{**common, "r": 2}, use_effective_conv2d=True),
    }


@pytest.mark.parametrize("case", configs())
def test_pefts_own_layers_give_the_same(loaded: Any, tmp_path: Path, case: str) -> None:
    torch.manual_seed(3)
    config = configs()[case]
    theirs: Any = peft.get_peft_model(copy.deepcopy(loaded.networks.unet), config)
    for part, parameter in theirs.named_parameters():
        if "magnitude" in part or "hada" in part or part.endswith("lora_B.default.bias"):
            parameter.data += torch.rand_like(parameter) + 0.1
    with warnings.catch_warnings():
        # PEFT 0.21 takes the bias of a factor for a part of a factor.
        warnings.filterwarnings("ignore", "Adapter 'default'")
        theirs.save_pretrained(tmp_path)
    made = read(tmp_path / "adapter_model.safetensors", loaded)
    assert made.note is None and set(made.layers["unet"]) == set(config.target_modules)
    with on(loaded, Lora(made)):
        for name in config.target_modules:
            inner = theirs.base_model.model.get_submodule(name)
            picture = drawn(*((3, 32) if name == LINEAR else (2, 32, 6, 6)), seed=5)
            with torch.no_grad():
                assert_near(layer(loaded, name)(picture), inner(picture), 1e-4)
                assert not torch.allclose(inner(picture), inner.base_layer(picture), atol=1e-2)


DTYPES = {
    "half": (torch.float16, 2e-3),
    "bf16": (torch.bfloat16, 2e-2),
    "fp8": (torch.float8_e4m3fn, 0.1),
    "fp8 of a wider range": (torch.float8_e5m2, 0.2),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_file_of_small_floats_is_read(
    loaded: Any, tmp_path: Path, dtype: str, suffix: str
) -> None:
    kind, tolerance = DTYPES[dtype]
    name, tensors, weight = samples(loaded)["LoHa"]
    stored = {key(name, role): one.to(kind) for role, one in tensors.items()}
    file = tmp_path / f"style{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(stored, file)
    found = read(file, loaded).deltas("unet")[name]
    old = layer(loaded, name).weight
    assert_near(found, torch.from_numpy(weight).float() - old, 3 * tolerance)
    exact = {role: one.to(kind).float() for role, one in tensors.items()}
    again = read(written(tmp_path, name, exact), loaded).deltas("unet")[name]
    assert torch.equal(found, again)


@pytest.fixture
def every_kind(engine: Engine, tiny: Path, tmp_path: Path) -> Path:
    """A file with a layer of each kind, of UNet and text encoder."""
    engine.warm_up(str(tiny))
    loaded: Any = engine.residency.loaded
    found = samples(loaded)
    tensors: Tensors = {}
    block = "down_blocks.0.attentions.0.transformer_blocks.0"
    for name, case in (
        (f"{block}.attn1.to_q", "LoHa"),
        (f"{block}.attn1.to_k", "LoKr, both in factors"),
        (f"{block}.attn1.to_v", "DoRA"),
        (f"{block}.attn1.to_out.0", "difference"),
        ("down_blocks.0.resnets.0.conv1", "LoHa, Tucker"),
        ("down_blocks.0.resnets.0.conv2", "DoRA of a convolution"),
    ):
        tensors |= {key(name, role): one * 0.3 for role, one in found[case][1].items()}
    tensors[key(GROUP_NORM, "w_norm")] = drawn(32)
    tensors[key(GROUP_NORM, "b_norm")] = drawn(32, seed=1)
    tensors[key(f"{block}.attn2.to_q", "diff_b")] = drawn(32)
    text = "lora_te_text_model_encoder_layers_0_self_attn_q_proj"
    tensors |= {f"{text}.lokr_w1": drawn(4, 4), f"{text}.lokr_w2": drawn(4, 4, seed=1)}
    save_file(
        {name: one.contiguous() for name, one in tensors.items()}, tmp_path / "all.safetensors"
    )
    return tmp_path / "all.safetensors"


def test_every_kind_in_a_picture_and_no_trace_of_it(
    engine: Engine, ask: MakeRequest, every_kind: Path
) -> None:
    plain = engine.run(ask()).images[0]
    before = fingerprint(engine)
    one = AdapterUse("lora", str(every_kind), 0.8)
    made = engine.run(ask(adapters=(one,)))
    assert made.notes == () and not np.array_equal(made.images[0], plain)
    none = engine.run(ask(adapters=(AdapterUse("lora", str(every_kind), 0.0),)))
    assert np.array_equal(none.images[0], plain)
    assert fingerprint(engine) == before

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            if errors[0] is ZeroDivisionError:
                raise ZeroDivisionError
            progress.cancel()

    errors: list[type[BaseException]] = [ZeroDivisionError, Cancelled]
    while errors:
        progress = Progress(listen)
        with pytest.raises(errors[0]):
            engine.run(ask(adapters=(one,)), progress)
        errors.pop(0)
        assert fingerprint(engine) == before
    assert np.array_equal(engine.run(ask()).images[0], plain)


def test_a_request_has_a_weight_for_the_text_alone(
    engine: Engine, ask: MakeRequest, every_kind: Path
) -> None:
    def painted(*weights: float) -> np.ndarray[Any, Any]:
        options = {TEXT_WEIGHT: weights[1]} if len(weights) > 1 else {}
        use = AdapterUse("lora", str(every_kind), weights[0], options)
        return engine.run(ask(adapters=(use,))).images[0]

    plain = engine.run(ask()).images[0]
    both, text, unet = painted(0.8), painted(0.0, 0.8), painted(0.8, 0.0)
    assert np.array_equal(both, painted(0.8, 0.8)) and np.array_equal(plain, painted(0.0, 0.0))
    found = {one.tobytes() for one in (plain, both, text, unet)}
    assert len(found) == 4


def test_weights_that_are_replaced_are_counted_from_headers(
    engine: Engine, loaded: Any, every_kind: Path, tmp_path: Path
) -> None:
    parts = adaptable(loaded.networks)
    made = read(every_kind, loaded)
    whole = 0
    for part, layers in made.layers.items():
        for name, change in layers.items():
            if change.changes_weight:
                whole += parts[part].get_submodule(name).weight.numel()
    assert replaced_weights(loaded.spec, every_kind) == whole > 0
    name, tensors, _ = samples(loaded)["LoRA"]
    assert replaced_weights(loaded.spec, written(tmp_path, name, tensors)) == 0
    assert replaced_weights(loaded.spec, tmp_path / "missing.safetensors") == 0


def test_merged_for_good_is_the_same_as_for_a_while(engine: Engine, every_kind: Path) -> None:
    loaded: Any = engine.residency.loaded
    made = read(every_kind, loaded)
    for part in ("unet", "text_encoder"):
        copied = copy.deepcopy(getattr(loaded.networks, part))
        merge(copied, made, part)
        with loras_on(adaptable(loaded.networks), [Lora(made)]):
            state = getattr(loaded.networks, part).state_dict()
            merged = copied.state_dict()
            assert state.keys() == merged.keys()
            assert all(torch.allclose(state[name], merged[name], atol=1e-6) for name in state)


def test_text_and_picture_have_weights_of_their_own(loaded: Any, every_kind: Path) -> None:
    made = read(every_kind, loaded)
    plain = {part: values(loaded, part) for part in ("unet", "text_encoder")}
    changed = {}
    for weights in ((0.5, None), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (0.0, None)):
        with loras_on(adaptable(loaded.networks), [Lora(made, *weights)]):
            changed[weights] = [
                not torch.equal(values(loaded, part), one) for part, one in plain.items()
            ]
    assert changed == {
        (0.5, None): [True, True],
        (0.5, 0.0): [True, False],
        (0.0, 0.5): [False, True],
        (0.5, 0.5): [True, True],
        (0.0, None): [False, False],
    }


def values(loaded: Any, part: str) -> torch.Tensor:
    network = getattr(loaded.networks, part)
    return torch.cat([one.flatten() for one in network.state_dict().values()])


def test_dora_on_several_strengths_is_a_line_between_without_and_with(
    loaded: Any, tmp_path: Path
) -> None:
    name, tensors, _ = samples(loaded)["DoRA"]
    made = read(written(tmp_path, name, tensors), loaded)
    module = layer(loaded, name)
    plain = module.weight
    with on(loaded, Lora(made)):
        whole = module.weight - plain
    with on(loaded, Lora(made, 0.25), Lora(made, 0.5)):
        assert_near(module.weight - plain, 0.75 * whole)
