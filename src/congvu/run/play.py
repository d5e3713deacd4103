"""`congvu play`: the main job without a browser, on a throw-away database, printed step by step.

The exit code is 0 only when the whole story was told and every claim about it held.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from congvu.run.commands import enter
from congvu.run.database import running_database

REPOSITORY = Path(__file__).resolve().parents[3]


def main(words: list[str]) -> int:
    """Read the words, make the throw-away database, tell the story, write its papers."""
    parser = argparse.ArgumentParser(prog="congvu play", description="Đi trọn việc chính.")
    parser.add_argument("--document", type=Path, help="văn bản khác để ban hành (UTF-8)")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "out" / "play")
    wanted = parser.parse_args(words)
    var = Path(tempfile.mkdtemp(prefix="congvu-play-"))
    os.environ["CONGVU_VAR"] = str(var)
    for name in ("DATABASE_URL", "DATABASE_URL_OWNER", "DATABASE_URL_JOBS"):
        os.environ.pop(name, None)
    try:
        with running_database(var) as database:
            enter(database, "owner")
            return int(_theatre().play(wanted.document, wanted.out))
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _theatre() -> Any:
    """The part that needs Django; this module must stay importable before it is set up."""
    importlib.import_module("django").setup()
    return importlib.import_module("congvu.run.play_theatre")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
