"""The tools that run a small network on a photo: their settings, assets and code.

``PHOTO_TASKS`` are edits: their result waits in the tray and becomes a layer with a recipe.
``PHOTO_KINDS`` are other work, whose result changes the document, or is kept for the next gesture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.catalog import styles
from studio.catalog.settings import Choice, Kind, Setting, Value
from studio.core.errors import StudioError
from studio.core.notices import translatable

PHOTO_TOOLS = "photo-tools"
"""The name that stands for the model in a request to one of these tools."""


@dataclass(frozen=True, slots=True)
class PhotoTool:
    """One tool. ``label`` is English and translated by the window; it names layers and jobs.

    ``engine`` is "module:function" of the engine, resolved when a request runs; ``landing`` the
    same of the session, for a tool of ``PHOTO_KINDS``. ``assets`` are the ids of the assets
    without which the tool cannot run. ``needs_place`` tells whether the tool needs a mask or a
    selection; without one, others work on the whole canvas. ``applies`` tells whether the first
    result becomes a layer at once, ``varies`` whether another seed gives another result, ``quiet``
    whether it runs without having been asked for, so that no panel opens for it.
    """

    id: str
    label: str
    engine: str
    assets: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    landing: str = ""
    needs_place: bool = False
    applies: bool = False
    varies: bool = False
    quiet: bool = False

    def checked(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values of all settings in their types; StudioError for an invalid one."""
        known = {one.id: one for one in self.settings}
        for name in values:
            if name not in known:
                raise StudioError(
                    "{tool} has no setting called {name}.",
                    "Leave it out.",
                    tool=self.label,
                    name=name,
                )
        return {name: row.check(values.get(name, row.default)) for name, row in known.items()}


CLEAN_SETTINGS = (
    Setting(
        "noise",
        translatable("Noise"),
        Kind.WHOLE,
        80,
        0,
        100,
        unit="%",
        tip=translatable("How much of the noise is removed; coloured noise goes first"),
    ),
    Setting(
        "jpeg",
        translatable("JPEG blocks"),
        Kind.WHOLE,
        0,
        0,
        100,
        unit="%",
        tip=translatable("How much of the blocks and rings of a JPEG file is removed"),
    ),
)

WORD_SETTINGS = (
    Setting("prompt", translatable("Prompt"), Kind.TEXT, ""),
    Setting("clip", translatable("Folder of a CLIP"), Kind.TEXT, ""),
)
"""Of the tools that compare pictures with a prompt; an empty folder is the CLIP that ships."""

PHOTO_TASKS: Mapping[str, PhotoTool] = {
    row.id: row
    for row in (
        PhotoTool(
            "remove",
            translatable("Remove"),
            "studio.engine.photo.remove:run",
            assets=("migan",),
            settings=(
                Setting(
                    "method",
                    translatable("Method"),
                    Kind.CHOICE,
                    "auto",
                    choices=(
                        Choice("auto", translatable("Network and patches in turn")),
                        Choice("network", translatable("Network")),
                        Choice("patches", translatable("Patches")),
                    ),
                    tip=translatable(
                        "The network invents what was behind; patches copy the surroundings."
                    ),
                ),
                Setting(
                    "margin",
                    translatable("Margin"),
                    Kind.WHOLE,
                    -1,
                    minimum=-1,
                    maximum=100,
                    tip=translatable("By how much the mask grows; -1 depends on its size."),
                    unit="px",
                ),
            ),
            needs_place=True,
            applies=True,
            varies=True,
        ),
        PhotoTool(
            "restyle",
            translatable("Style"),
            "studio.engine.photo.restyle:run",
            assets=("styles",),
            settings=styles.SETTINGS,
        ),
        PhotoTool(
            "clean",
            translatable("Clean"),
            "studio.engine.photo.clean:run",
            assets=("realesrgan-x2",),
            settings=CLEAN_SETTINGS,
        ),
    )
}
"""By the value of the ``Task`` of a request."""

PHOTO_KINDS: Mapping[str, PhotoTool] = {
    row.id: row
    for row in (
        PhotoTool(
            "encode",
            translatable("Find objects"),
            "studio.engine.photo.encode:run",
            assets=("mobile-sam",),
            landing="studio.session.photo.encode:land",
            quiet=True,
        ),
        PhotoTool(
            "subject",
            translatable("Find the subject"),
            "studio.engine.photo.subject:run",
            assets=("u2netp",),
            settings=(
                Setting("refine", translatable("Refine the edge"), Kind.SWITCH, True),
                Setting(
                    "colours", translatable("Clean the colours of the edge"), Kind.SWITCH, False
                ),
            ),
            landing="studio.session.photo.subject:land",
        ),
        PhotoTool(
            "matte",
            translatable("Refine the edge"),
            "studio.engine.photo.matte:run",
            landing="studio.session.photo.matte:land",
        ),
        PhotoTool(
            "lift",
            translatable("Lift"),
            "studio.engine.photo.lift:run",
            assets=("migan",),
            landing="studio.session.photo.lift:land",
        ),
        PhotoTool(
            "enlarge",
            translatable("Enlarge"),
            "studio.engine.photo.enlarge:run",
            assets=("realesrgan-x2",),
            settings=(
                Setting("width", translatable("Width"), Kind.WHOLE, 1, 1, 300_000),
                Setting("height", translatable("Height"), Kind.WHOLE, 1, 1, 300_000),
            ),
            landing="studio.session.photo.enlarge:land",
        ),
        PhotoTool(
            "clean-preview",
            translatable("Preview"),
            "studio.engine.photo.clean:preview",
            assets=("realesrgan-x2",),
            landing="studio.session.photo.clean:land",
            quiet=True,
        ),
        PhotoTool(
            "find-words",
            translatable("Find by words"),
            "studio.engine.photo.words:find",
            settings=(
                *WORD_SETTINGS,
                Setting(
                    "result",
                    translatable("Result"),
                    Kind.CHOICE,
                    "mask",
                    choices=(
                        Choice("mask", translatable("The thing")),
                        Choice("heat", translatable("How likely each place is")),
                    ),
                ),
            ),
            landing="studio.session.photo.words:land_find",
        ),
        PhotoTool(
            "rank-words",
            translatable("Order by prompt"),
            "studio.engine.photo.words:rank",
            settings=WORD_SETTINGS,
            landing="studio.session.photo.words:land_rank",
        ),
        PhotoTool(
            "compare-pictures",
            translatable("Compare two pictures"),
            "studio.engine.photo.words:compare",
            settings=WORD_SETTINGS[1:],
            landing="studio.session.photo.words:land_compare",
        ),
        PhotoTool(
            "style-preview",
            translatable("Preview"),
            "studio.engine.photo.restyle:preview",
            assets=("styles",),
            settings=styles.SETTINGS[:1],
            landing="studio.session.photo.style:land",
            quiet=True,
        ),
        PhotoTool(
            "style-thumbnails",
            translatable("Preview"),
            "studio.engine.photo.restyle:thumbnails",
            assets=("styles",),
            landing="studio.session.photo.style:land",
            quiet=True,
        ),
    )
}
"""By the ``kind`` of a ``PhotoRequest``."""


def photo_tool(id: str) -> PhotoTool:
    """Return the row of a task or a kind; KeyError for an unknown one."""
    return PHOTO_TASKS[id] if id in PHOTO_TASKS else PHOTO_KINDS[id]
