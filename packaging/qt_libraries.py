"""Checks whether Qt can run here: its system libraries on Linux, and a display.

The list is the output of `ldd` for PySide6's libQt6Gui and its xcb platform plugin, without the C
library; Qt loads the plugin only when it starts, and its errors hardly name what is missing.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

GUI = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libz.so.1": "zlib1g",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
}
XCB = {
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
RECIPE = {"libcairo.so.2": "libcairo2"}
"""Library that draws SVG files in the starter's recipe; only its tests need it."""
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}


def has_display() -> bool:
    """Whether a window can open; a DISPLAY without a responding X server does not count."""
    if sys.platform in ("win32", "darwin"):
        return True
    named = os.environ.get("QT_QPA_PLATFORM", "")
    if named and not named.startswith(("xcb", "wayland")):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(os.environ.get("DISPLAY")) and x_answers()


def x_answers() -> bool:
    """Whether the X server of DISPLAY accepts a connection; True if that cannot be checked."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answered = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answered)


def needed(platform: str = "") -> dict[str, str]:
    """Return library -> Debian package for a platform plugin, or for the present display."""
    if not sys.platform.startswith("linux"):
        return {}
    result = dict(GUI)
    if platform in ("", "wayland") and os.environ.get("WAYLAND_DISPLAY"):
        result.update(WAYLAND)
    if platform == "xcb" or (not platform and os.environ.get("DISPLAY")):
        result.update(XCB)
    return result


def missing(platform: str = "") -> dict[str, str]:
    """Return the needed libraries that the dynamic linker does not find."""
    return {library: name for library, name in needed(platform).items() if not loads(library)}


def loads(library: str) -> bool:
    """Whether the dynamic linker finds a library, as it would for Qt."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def provide(platform: str = "") -> bool:
    """Install missing libraries, as root on Debian, else name them in one line. True if ready."""
    lacking = missing(platform)
    if lacking and can_install() and install(list(lacking.values())):
        lacking = missing(platform)
    if not lacking:
        return True
    print(
        f"lienzo: Qt lacks {', '.join(lacking)}; on Debian and Ubuntu: "
        f"sudo apt install {' '.join(lacking.values())}",
        file=sys.stderr,
        flush=True,
    )
    return False


def provide_recipe() -> None:
    """Install the library of the recipe's tests, as root on Debian; without it they are skipped."""
    lacking = [name for library, name in RECIPE.items() if not loads(library)]
    if sys.platform.startswith("linux") and lacking and can_install():
        install(lacking)


def can_install() -> bool:
    """Whether this is root on a system with apt."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> bool:
    """Install Debian packages; returns whether apt succeeded."""
    print("lienzo: installing " + " ".join(packages), flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"]):
        names = packages if command[0] == "install" else []
        done = subprocess.run(["apt-get", *command, *names], env=environment)
        if done.returncode != 0:
            return False
    return True


if __name__ == "__main__":
    sys.exit(0 if provide(sys.argv[1] if len(sys.argv) > 1 else "") else 1)
