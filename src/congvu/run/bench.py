"""`congvu bench`: a province on a throw-away database, and what its main acts cost.

Figures are ratios against a bare baseline of the same run, medians over rounds, in CPU time: they
hold on a busy machine too. The exit code is 1 when a target is missed. docs/benchmarks.md says
what each means.
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
    """Read the words, make the throw-away database, measure, write the table."""
    parser = argparse.ArgumentParser(prog="congvu bench", description="Đo hiệu năng.")
    parser.add_argument("--documents", type=int, default=200_000, help="số văn bản")
    parser.add_argument("--people", type=int, default=20_000, help="số người")
    parser.add_argument("--quick", action="store_true", help="ít vòng đo, chỉ để thử")
    parser.add_argument(
        "--only",
        default="",
        help="chỉ đo: list,search,fan_out,numbers,papers,signatures,keys,batch,channels",
    )
    parser.add_argument("--out", type=Path, default=REPOSITORY / "out" / "bench.json")
    wanted = parser.parse_args(words)
    var = Path(tempfile.mkdtemp(prefix="congvu-bench-"))
    (var / "static").mkdir()
    os.environ["CONGVU_VAR"] = str(var)
    for name in ("DATABASE_URL", "DATABASE_URL_OWNER", "DATABASE_URL_JOBS"):
        os.environ.pop(name, None)
    try:
        with running_database(var) as database:
            enter(database, "owner")
            return int(_rounds().bench(wanted))
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _rounds() -> Any:
    """The part that needs Django; this module must stay importable before it is set up."""
    importlib.import_module("django").setup()
    return importlib.import_module("congvu.run.bench_rounds")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
