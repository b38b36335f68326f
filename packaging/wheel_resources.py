"""Puts resources, guide and its pictures into the wheel, as studio/resources and studio/docs."""

from __future__ import annotations

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
        for guide in sorted(Path("docs").glob("guide*.md")):
            pictures = re.findall(r"\]\((images/[^)]+)\)", guide.read_text(encoding="utf-8"))
            files += [guide, *(Path("docs") / name for name in dict.fromkeys(pictures))]
        target = Path(self.build_lib) / "studio"
        return [
            (path, target / path)
            for path in files
            if not any(part.startswith((".", "__pycache__")) for part in path.parts)
        ]
