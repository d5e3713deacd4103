"""The worker knows every job that anybody declares; an unknown one would never be done."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"
DECLARATIONS = {"job", "periodic"}


def declared_jobs() -> Iterator[str]:
    """Full names of the functions under @job(...) or @periodic(...)."""
    for file in SOURCES.rglob("*.py"):
        module = ".".join(file.relative_to(SOURCES).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    called = decorator.func if isinstance(decorator, ast.Call) else None
                    if isinstance(called, ast.Name) and called.id in DECLARATIONS:
                        yield f"{module}.{node.name}"


def test_every_declared_job_is_known_to_the_worker() -> None:
    declared = set(declared_jobs())
    assert declared
    assert declared - known_to_a_fresh_worker() == set()


def known_to_a_fresh_worker() -> set[str]:
    """Asked in a process of its own: here other tests have imported what a worker has not."""
    asked = "import django; django.setup(); from procrastinate.contrib.django import app; "
    done = subprocess.run(
        [sys.executable, "-c", asked + "print(*app.tasks)"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "congvu.settings"},
    )
    return set(done.stdout.split())
