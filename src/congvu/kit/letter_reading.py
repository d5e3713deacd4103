"""Read the letters of a small picture with Tesseract, as a limited program without network.

Optional: where the program is not installed `is_installed` says so and people look instead. The
picture goes in and the words come out by pipes; nothing is written to disk.
"""

from __future__ import annotations

import ctypes
import resource
import shutil
import subprocess
from functools import lru_cache

PROGRAM = "tesseract"
SECONDS = 20
MEMORY = 1 << 30
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_LIBC = ctypes.CDLL(None)


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether letters can be read here."""
    return shutil.which(PROGRAM) is not None


def read_line(png: bytes) -> str:
    """The one line of text in the picture; "" when nothing could be read within the limits."""
    try:
        done = subprocess.run(
            [PROGRAM, "stdin", "stdout", "-l", "vie", "--psm", "7"],
            input=png,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "OMP_THREAD_LIMIT": "1"},
            preexec_fn=_give_up_rights,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()


def _give_up_rights() -> None:
    _LIBC.unshare(_NEW_USER_AND_NETWORK)
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))
