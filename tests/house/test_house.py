"""The house keeps its own plan: floors, closed file names, caps, events, words."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.db import models

from congvu.kit.refusal import known_codes
from congvu.reactions import REACTIONS

REPOSITORY = Path(__file__).parents[2]
SOURCE = REPOSITORY / "src" / "congvu"
FLOORS = [
    "rules", "kit", "audit", "orgs", "incidents", "accounts", "systems", "timers", "signing", "channels", "mailboxes", "bulk",
    "documents", "tasks", "exchange", "publicity", "records", "reactions", "web", "run",
]  # fmt: skip
ROOMS = [
    "audit", "orgs", "incidents", "accounts", "systems", "timers", "signing", "channels", "mailboxes", "bulk",
    "documents", "exchange", "publicity", "tasks", "records",
]  # fmt: skip
NOUNS = {
    "__init__", "models", "states", "queries", "access", "events", "jobs", "types", "refusals",
    "ports", "apps", "admin",
}  # fmt: skip
FOLDERS = {"models", "queries", "adapters", "migrations", "typst", "sql", "data", "__pycache__"}
WORKING_FOLDERS = {"documents": {"incoming", "drafting", "outgoing", "copies", "batch"}}
FORBIDDEN = {"utils", "helpers", "manager", "process", "handle", "data", "info", "misc", "common"}


def _modules(room: str) -> list[Path]:
    return [
        path
        for path in (SOURCE / room).rglob("*.py")
        if not {"migrations", "adapters", "queries", "models"}
        & set(path.parts[len(SOURCE.parts) :])
    ]


def _trees() -> list[tuple[Path, ast.Module]]:
    files = [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in files]


def test_nobody_looks_upstairs() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_foreign_keys_point_downstairs() -> None:
    """Keys by name escape the import linter, so the models are walked as well."""
    wrong = []
    for model in apps.get_models():
        room = model._meta.app_label
        if room not in FLOORS:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model is not None:
                target = field.related_model._meta.app_label
                if target in FLOORS and FLOORS.index(target) > FLOORS.index(room):
                    wrong.append(f"{model.__name__}.{field.name} -> {target}")
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_holds_only_nouns_of_the_plan_and_verbs(room: str) -> None:
    """A file is a noun of the closed list, or a verb: it has exactly one act to its name."""
    wrong = [
        str(path.relative_to(SOURCE))
        for path in (SOURCE / room).iterdir()
        if path.is_dir()
        and path.name not in FOLDERS
        and path.name not in WORKING_FOLDERS.get(room, set())
    ]
    wrong += [str(path.relative_to(SOURCE)) for path in _modules(room) if path.stem in FORBIDDEN]
    assert wrong == []


@pytest.mark.parametrize("room", [*ROOMS, "rules", "kit", "web"])
def test_every_room_opens_with_its_charter(room: str) -> None:
    text = (SOURCE / room / "__init__.py").read_text(encoding="utf-8")
    charter = ast.get_docstring(ast.parse(text)) or ""
    assert charter, f"{room} has no charter"
    assert len(charter.splitlines()) <= 15


def test_no_file_is_longer_than_a_file_may_be() -> None:
    files = [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]
    files += list((REPOSITORY / "tests").rglob("*.py"))
    long = {str(p.relative_to(REPOSITORY)): len(p.read_text("utf-8").splitlines()) for p in files}
    assert {name: lines for name, lines in long.items() if lines > 500} == {}


def test_no_function_is_longer_than_one_can_see() -> None:
    long = {}
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > 60:
                    long[f"{path.relative_to(SOURCE)}:{node.name}"] = lines
    assert long == {}


def test_every_file_opens_with_its_purpose() -> None:
    silent = [
        str(path.relative_to(SOURCE))
        for path, tree in _trees()
        if path.name != "apps.py" and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_only_the_clock_reads_the_time() -> None:
    readers = []
    for path, tree in _trees():
        if path == SOURCE / "kit" / "clock.py":
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"now", "utcnow", "today"}
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"datetime", "date", "timezone", "dt"}
            ):
                readers.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert readers == []


def _event_classes() -> set[type]:
    found = set()
    for path in SOURCE.rglob("events.py"):
        room = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        module = __import__(f"congvu.{room}", fromlist=["*"])
        found |= {
            one
            for _, one in inspect.getmembers(module, inspect.isclass)
            if one.__module__ == module.__name__
        }
    return found


def test_every_event_has_its_reactions_written_down() -> None:
    """A list may be empty, but then it says so: nobody is forgotten by silence."""
    assert {event.__name__ for event in _event_classes()} == {event.__name__ for event in REACTIONS}


def test_the_table_of_reactions_stays_readable() -> None:
    assert len((SOURCE / "reactions.py").read_text("utf-8").splitlines()) <= 150


def test_refusals_speak_vietnamese_and_end_their_sentence() -> None:
    wrong = [
        code
        for code, reason in known_codes().items()
        if reason.say != "{said}"  # a rule's own explanation, which ends its sentence itself
        and (
            not reason.say.rstrip("”)").endswith((".", "?", "!", "{advice}"))
            or reason.say.isascii()
        )
    ]
    assert wrong == []


def test_code_words_are_the_words_of_the_glossary() -> None:
    """Every model stands in the glossary under its Vietnamese legal term."""
    glossary = yaml.safe_load((REPOSITORY / "docs" / "glossary.yaml").read_text("utf-8"))
    terms = {entry["code"]: entry["term"] for entry in glossary["words"]}
    missing, unequal = [], []
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS:
            continue
        name = model.__name__
        if name not in terms:
            missing.append(name)
        elif terms[name] != str(model._meta.verbose_name):
            unequal.append(f"{name}: {terms[name]} / {model._meta.verbose_name}")
    assert (missing, unequal) == ([], [])
