"""The worker knows every job that anybody declares; an unknown one would never be done."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from procrastinate.contrib.django import app

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
    assert declared - set(app.tasks) == set()
