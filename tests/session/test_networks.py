"""LoRAs and embeddings that prompts name, found in the artist's folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from test_session import Painter

from studio.catalog.recognise.network_files import find_network_files
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.edit.networks import missing_networks
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.edit.rewrite import RewriteUse
from studio.edit.settings import EditSettings, own_adapters, settings_of
from studio.session.session import Session

ROWS = np.zeros((2, 8), np.float32)


def lora(path: Path, name: str = "") -> Path:
    """Write a file with the keys of a LoRA; ``name`` is the one inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = ("lora_unet_x.lora_down.weight", "lora_unet_x.lora_up.weight")
    save_file(dict.fromkeys(keys, ROWS), path, {"ss_output_name": name} if name else None)
    return path


def pickled_lora(path: Path) -> None:
    """Write what torch writes: a zip archive around a pickle."""
    import torch

    keys = ("lora_unet_x.lora_down.weight", "lora_unet_x.lora_up.weight")
    torch.save(dict.fromkeys(keys, torch.zeros(2, 8)), path)


def embedding(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({"emb_params": ROWS}, path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as A1111 has it."""
    lora(tmp_path / "Lora" / "styles" / "Ink_v1.2.safetensors", "ink")
    lora(tmp_path / "Lora" / "luna.safetensors")
    pickled_lora(tmp_path / "Lora" / "old.pt")
    embedding(tmp_path / "embeddings" / "bad-hands.safetensors")
    embedding(tmp_path / "other" / "glow.safetensors")
    embedding(tmp_path / "sd" / "unet" / "hidden.safetensors")
    (tmp_path / "sd" / "model_index.json").write_text("{}")
    (tmp_path / "Lora" / "notes.txt").write_text("no weights")
    (tmp_path / "Lora" / "broken.safetensors").write_bytes(b"broken")
    return tmp_path


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter, folder: Path) -> Iterator[Session]:
    settings = Settings(None)
    settings.set("model_folders", [str(folder)])
    made = Session(painter, settings)
    made.new(128, 128)
    yield made
    made.close()


def asked(session: Session, prompt: str, **changes: object) -> EditRequest:
    session.edit_settings = EditSettings(prompt, **changes)  # type: ignore[arg-type]
    return session.request(Task.GENERATE)


def test_files_are_told_apart_and_found_by_name(folder: Path) -> None:
    files = find_network_files([folder, folder / "Lora", Path("/nowhere")])
    assert files.names == ("Ink_v1.2", "luna", "old")
    assert files.words == ("bad-hands",)
    ink = folder / "Lora" / "styles" / "Ink_v1.2.safetensors"
    assert files.lora("ink_V1.2") == ink == files.lora("INK")
    assert files.lora("notes") is None and files.lora("broken") is None
    assert files.embedding("glow") == folder / "other" / "glow.safetensors"
    assert files.embedding("hidden") is None and files.embedding("luna") is None


def test_a_name_with_the_same_capitals_and_safetensors_come_first(tmp_path: Path) -> None:
    for name in ("A/luna", "B/Luna"):
        lora(tmp_path / f"{name}.safetensors")
    pickled_lora(tmp_path / "A" / "Luna.bin")
    files = find_network_files([tmp_path])
    assert files.lora("Luna") == tmp_path / "B" / "Luna.safetensors"
    assert files.lora("luna") == tmp_path / "A" / "luna.safetensors"


def test_a_prompt_brings_what_it_names(session: Session, folder: Path) -> None:
    request = asked(session, "a cat <lora:ink:0.7> <lora:luna> <lora:rex:1>")
    assert [(use.kind, Path(use.path).stem, use.weight) for use in request.adapters] == [
        ("lora", "Ink_v1.2", 0.7),
        ("lora", "luna", 1.0),
    ]
    assert [note.values for note in missing_networks(request)] == [{"name": "rex"}]
    lora(folder / "rex.safetensors")
    assert len(asked(session, "<lora:rex:1>").adapters) == 1, "it has come since"
    assert asked(session, "a cat", negative_prompt="<lora:luna:1>").adapters == ()


def test_a_prompt_gives_text_and_picture_weights_of_their_own(session: Session) -> None:
    request = asked(session, "a cat <lora:luna:0.3:0.8>")
    (use,) = request.adapters
    assert (use.weight, use.text_weight, use.acts) == (0.8, 0.3, True)
    same = request.replace(prompt="a cat <lora:luna:0.5>")
    (use,) = session.shared.networks.with_networks(same).adapters
    assert (use.weight, use.text_weight) == (0.5, 0.5)
    off = request.replace(prompt="a cat <lora:luna:1:0>")
    (use,) = session.shared.networks.with_networks(off).adapters
    assert (use.weight, use.text_weight, use.acts) == (0.0, 1.0, True)
    assert not AdapterUse("lora", "x", 0.0).acts


def test_embeddings_are_words_in_their_folder_and_named_elsewhere(session: Session) -> None:
    request = asked(session, "a glow", negative_prompt="(Bad-Hands:1.2), bad-handsome")
    assert [Path(use.path).stem for use in request.adapters] == ["bad-hands"]
    request = asked(session, "a cat, embedding:glow, my-bad-hands-x")
    assert [Path(use.path).stem for use in request.adapters] == ["glow"]
    given = AdapterUse("textual_inversion", "/x/other.pt", options={"token": "bad-hands"})
    assert asked(session, "bad-hands", adapters=(given,)).adapters == (given,)


def test_a_recipe_brings_the_file_that_it_was_made_with(session: Session, folder: Path) -> None:
    plain = AdapterUse("lora", "/x/style.safetensors", 0.5)
    request = asked(session, "<lora:luna:0.7> bad-hands", adapters=(plain,))
    assert settings_of(request).adapters == request.adapters
    assert own_adapters(request.adapters) == (plain,)
    (folder / "Lora" / "luna.safetensors").rename(folder / "moved.safetensors")
    (folder / "embeddings" / "bad-hands.safetensors").rename(folder / "away.safetensors")
    again = session.shared.networks.with_networks(request)
    assert again.adapters == request.adapters, "a recipe's file is found by its hash later"
    other = session.shared.networks.with_networks(request.replace(prompt="<lora:luna:0.2>"))
    assert [use.weight for use in other.adapters] == [0.5, 0.2]
    assert session.shared.networks.with_networks(request.replace(prompt="a")).adapters == (plain,)


def test_a_layer_is_made_again_without_naming_anything_twice(
    session: Session, painter: Painter
) -> None:
    session.edit_settings = EditSettings("a cat <lora:luna:0.7>", sampling=Sampling(seed=1))
    session.submit(Task.GENERATE)
    session.apply(session.tray.items[0].id)
    layer = session.document.layers[-1]
    for settings in (None, EditSettings("a cat <lora:luna:0.4>")):
        session.rerun(layer.id, settings)
        made = painter.jobs[-1].request
        assert isinstance(made, EditRequest)
        assert [use.weight for use in made.adapters] == [0.7 if settings is None else 0.4]


def test_an_edit_by_words_takes_the_loras_of_the_new_text(session: Session) -> None:
    use = RewriteUse("a dog <lora:ink:1>")
    request = session.wording("a cat <lora:luna:0.7>", use, Sampling()).request()
    assert [Path(use.path).stem for use in request.adapters] == ["luna"]
    assert "<lora:ink:1>" in str(missing_networks(request))


def test_without_folders_nothing_is_looked_for(painter: Painter) -> None:
    session = Session(painter, Settings(None))
    session.new(64, 64)
    request = asked(session, "a cat <lora:luna:1>")
    assert request.adapters == () and request.region == Rect(0, 0, 64, 64)
    session.close()
