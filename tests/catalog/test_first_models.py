"""The table of first models, the choice for a machine, consent, and the command line."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
from hub import Hub, serving

from studio.catalog import first_fetch, first_models
from studio.catalog.first_fetch import Consent, fetch, file_of, page_of, plan, source_of
from studio.catalog.first_models import BY_ID, LICENCES, ROWS, Machine, three_cards, with_needs
from studio.catalog.single.rows import ROWS as SINGLE
from studio.cli import main as cli
from studio.cli.byte_bar import ByteBar
from studio.core.download.state import part_of
from studio.core.errors import StudioError
from studio.core.paths import config_dir, resource
from studio.core.progress import Progress, ProgressEvent
from studio.core.settings import Settings

GB = 1_000_000_000
CONTENT = b"weights of a model " * 1000


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Serve one small file for every row, with its checksum in the table."""
    for row in ROWS:
        small = replace(row, sha256=hashlib.sha256(CONTENT).hexdigest())
        monkeypatch.setitem(BY_ID, row.id, small)  # type: ignore[arg-type]
    # The index of the vocabularies is no part of this.
    monkeypatch.setattr(first_fetch, "fetch_assets", lambda ids, progress: {})
    with serving(Hub(CONTENT)) as found:
        yield found


@pytest.fixture
def consent(hub: Hub) -> Consent:
    found = Consent()
    found.set_mirror(hub.address)
    return found


def test_every_row_is_whole_and_its_needs_exist() -> None:
    assert len(BY_ID) == len(ROWS)
    for row in ROWS:
        assert row.licence in LICENCES and set(row.needs) <= set(BY_ID)
        assert row.role in ("checkpoints", "loras", "diffusion_models", "text_encoders", "vae")
        assert bool(row.file) or not row.repository
        assert row.sha256 == "" or len(row.sha256) == 64
    for licence in LICENCES.values():
        assert not licence.text or resource("licences", licence.text).is_file()


@pytest.mark.parametrize("memory", [4, 8, 16, 32, 64])
@pytest.mark.parametrize("card", [0, 4, 8, 12, 24])
@pytest.mark.parametrize("cores", [2, 8])
def test_each_machine_gets_three_cards_that_lienzo_runs(memory: int, card: int, cores: int) -> None:
    cards = three_cards(Machine(memory * GB, card * GB, cores))
    assert [one.choice for one in cards] == ["fast", "best", "smallest"]
    for one in cards:
        assert {row.id for row in one.rows} == {row.id for row in with_needs(one.id)}
        assert one.rows[0].role == "checkpoints"
        for row in one.rows:
            assert row.family in SINGLE and row.repository and row.file
    best = cards[1].id
    assert (best == "realvisxl-5") == (card >= 8 or (memory >= 16 and (cores >= 8 or card > 0)))
    assert cards[2].fits == (card >= 4 or memory >= 8)


def test_a_machine_with_a_little_less_than_it_says_fits() -> None:
    cards = three_cards(Machine(int(15.6 * GB), int(7.8 * GB), 8))
    assert cards[1].id == "realvisxl-5"


def test_nothing_is_sent_before_the_licence_is_accepted(hub: Hub, consent: Consent) -> None:
    with pytest.raises(StudioError, match="has not been accepted"):
        fetch("dreamshaper-8", consent, Progress())
    assert not hub.asked


def test_an_accepted_licence_is_remembered_for_that_model_only(consent: Consent) -> None:
    row = BY_ID["dreamshaper-8"]
    consent.accept(row)
    later = Consent()
    assert later.has(row) and not later.has(BY_ID["realvisxl-5"])
    assert not later.has(replace(row, licence="another")), "a changed licence is asked for again"


def test_a_model_is_fetched_with_what_it_needs(hub: Hub, consent: Consent) -> None:
    rows = with_needs("hyper-sd15-8-steps")
    assert plan("hyper-sd15-8-steps", consent).seconds is None, "no rate was measured yet"
    for row in rows:
        consent.accept(row)
    found = fetch("hyper-sd15-8-steps", consent, Progress())
    assert [one.path for one in found] == [file_of(row) for row in rows]
    assert all(one.checked and one.path.read_bytes() == CONTENT for one in found)
    paths = [path for path, _ in hub.asked if path.startswith("/Lykon")]
    assert paths == ["/Lykon/DreamShaper/resolve/main/DreamShaper_8_pruned.safetensors"]
    hub.asked.clear()
    assert fetch("hyper-sd15-8-steps", consent, Progress()) == () and not hub.asked
    assert (plan("realvisxl-5", consent).seconds or 0) > 0


def test_a_part_without_an_address_is_said_before_anything_is_fetched(
    hub: Hub, consent: Consent, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = replace(BY_ID["dreamshaper-8"], repository="")
    monkeypatch.setitem(BY_ID, gone.id, gone)  # type: ignore[arg-type]
    with pytest.raises(StudioError, match="no address"):
        plan("hyper-sd15-8-steps", consent)
    with pytest.raises(StudioError, match="names are"):
        plan("nothing", consent)


def test_another_file_than_the_published_one_is_refused(hub: Hub, consent: Consent) -> None:
    row = BY_ID["dreamshaper-8"]
    consent.accept(row)
    hub.content = CONTENT + b"changed"
    hub.linked = hashlib.sha256(hub.content).hexdigest()
    with pytest.raises(StudioError, match="another version"):
        fetch(row.id, consent, Progress())
    hub.linked = None
    with pytest.raises(StudioError, match="checksum differs"):
        fetch(row.id, consent, Progress())
    assert not file_of(row).exists()


def test_a_model_that_lienzo_cannot_run_is_not_fetched(hub: Hub, consent: Consent) -> None:
    for row in ROWS:
        if row.family not in SINGLE:
            with pytest.raises(StudioError, match="does not run"):
                plan(row.id, consent)
    with pytest.MonkeyPatch.context() as patched:
        patched.delitem(SINGLE, "stable_diffusion")  # type: ignore[arg-type]
        with pytest.raises(StudioError, match="does not run DreamShaper 8"):
            plan("dreamshaper-8", consent)


def test_vocabularies_that_are_missing_are_fetched_with_the_model(
    hub: Hub, consent: Consent, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def take(ids: tuple[str, ...], progress: Progress) -> dict[str, StudioError]:
        asked.extend(ids)
        return {}

    monkeypatch.setattr(first_fetch, "fetch_assets", take)
    consent.accept(BY_ID["dreamshaper-8"])
    assert plan("dreamshaper-8", consent).assets == ("clip-tokenizer",)
    fetch("dreamshaper-8", consent, Progress())
    assert asked == ["clip-tokenizer"]
    monkeypatch.setattr(first_fetch, "missing_asset", lambda id: None)
    assert plan("dreamshaper-8", consent).is_done


def test_the_token_is_not_sent_to_a_mirror(hub: Hub, consent: Consent) -> None:
    environment = {first_fetch.TOKEN: "secret"}
    row = BY_ID["dreamshaper-8"]
    assert source_of(row, consent, environment).token == ""
    consent.set_mirror("")
    assert source_of(row, consent, environment).token == "secret"
    with pytest.raises(StudioError, match="not an address"):
        consent.set_mirror("models.example")


def test_the_command_shows_the_cards_without_a_network(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "--first"]) == 0
    said = capsys.readouterr().out
    for part in ("fast: ", "best: ", "smallest: ", "CreativeML OpenRAIL-M", "models --get"):
        assert part in said


def test_the_command_refuses_without_consent_and_fetches_with_it(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models", "--mirror", hub.address]) == 0
    assert cli.main(["models", "--get", "dreamshaper-8"]) == 1
    said = capsys.readouterr()
    assert "about 2.1 GB" in said.out and "are free" in said.out and "OpenRAIL" in said.out
    assert "--accept-licence" in said.err and not hub.asked
    assert cli.main(["models", "--get", "dreamshaper-8", "--accept-licence"]) == 0
    said = capsys.readouterr()
    path = file_of(BY_ID["dreamshaper-8"])
    assert path.read_bytes() == CONTENT and str(path) in said.out
    assert hashlib.sha256(CONTENT).hexdigest() in said.out and "verified" in said.out
    folders = Settings(config_dir() / "settings.json").get("model_folders", [])
    assert folders == [str(first_fetch.models_folder())]
    assert cli.main(["models", "--get", "dreamshaper-8"]) == 0
    assert "All its files are there." in capsys.readouterr().out
    assert cli.main(["models", "--accept-licence"]) == 1


def test_a_licence_in_the_box_is_shown_whole() -> None:
    row = BY_ID["klein-4b-q4"]
    assert "Apache License" in first_fetch.licence_text(row)
    assert "Attachment A" in first_fetch.licence_text(BY_ID["dreamshaper-8"])
    assert "Attachment A" in first_fetch.licence_text(BY_ID["realvisxl-5"])
    assert first_fetch.licence_text(BY_ID["hyper-sd15-8-steps"]) == ""
    assert page_of(row) == f"{first_fetch.HUB}/{row.repository}"
    assert first_models.LICENCES[row.licence].name == "Apache-2.0"


def test_ctrl_c_pauses_and_the_same_command_continues(
    hub: Hub, consent: Consent, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(bar: ByteBar, event: ProgressEvent) -> None:
        if event.text == "Downloading":
            raise KeyboardInterrupt

    command = ["models", "--get", "dreamshaper-8", "--accept-licence"]
    with monkeypatch.context() as patched:
        patched.setattr(ByteBar, "show", stop)
        assert cli.main(command) == 1
    assert "Paused. The same command continues" in capsys.readouterr().err
    assert part_of(file_of(BY_ID["dreamshaper-8"])).is_file()
    hub.asked.clear()
    assert cli.main(command) == 0
    assert (hub.ranges_asked()[0] or "").startswith("bytes=")
