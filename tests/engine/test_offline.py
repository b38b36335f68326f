"""No part of the engine opens a connection, not even to look whether it could."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import socket, sys, warnings
warnings.simplefilter("error")
def refuse(*args, **kwargs):
    raise AssertionError("a socket was asked for")
socket.socket.__init__ = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
from studio.core.geometry import Rect
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.engine import Engine
import numpy as np
request = EditRequest(
    task=Task.FILL, prompt="a cat", region=Rect(0, 0, 64, 64), model=sys.argv[1],
    image=np.zeros((64, 64, 3), np.uint8), mask=np.full((64, 64), 255, np.uint8),
    sampling=Sampling(steps=1, seed=1, sampler="dpmpp_2m", schedule="karras"),
)
assert Engine("cpu").run(request).images[0].shape == (64, 64, 3)
"""


def test_a_fresh_process_without_sockets_makes_a_picture(tiny_fill: Path) -> None:
    """Warnings are errors there, and nothing may be printed: no progress bars, no advice."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tiny_fill)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")
