"""Puts resources, guide and its pictures into the wheel, as studio/resources and studio/docs."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from setuptools.command.build_py import build_py


class BuildPy(build_py):
    """The usual build_py, and after it the resources; an editable install reads them in place."""

    def run(self) -> None:
        """Copy the packages, then the resources."""
        super().run()
        if self.editable_mode:
            return
        for source, target in self._resources():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return the files that were made, so that an uninstall removes the resources too."""
        made = [] if self.editable_mode else [str(target) for _, target in self._resources()]
        return [*super().get_outputs(include_bytecode), *made]

    def _resources(self) -> list[tuple[Path, Path]]:
        files = [path for path in sorted(Path("resources").rglob("*")) if path.is_file()]
        guides = [*Path("docs").glob("guide*.md"), *Path("docs").glob("generations/*.md")]
        for guide in sorted(guides):
            links = re.findall(r"\]\(([^)#:]+\.(?:jpg|png))\)", guide.read_text(encoding="utf-8"))
            pictures = [_inside(guide.parent / name) for name in dict.fromkeys(links)]
            # Those of the systems are among the resources.
            files += [guide, *(one for one in pictures if one.parts[0] == "docs")]
        target = Path(self.build_lib) / "studio"
        return [
            (path, target / path)
            for path in files
            if not any(part.startswith((".", "__pycache__")) for part in path.parts)
        ]


def _inside(path: Path) -> Path:
    """Return a path without "..": a page in a folder of docs shows pictures of other folders."""
    return Path(os.path.normpath(path))
