"""Short commands that need the database for a moment: migrate, manage, audit, first-admin."""

from __future__ import annotations

import importlib
import os

import django
from django.core.management import execute_from_command_line

from congvu.run import clauses as clause_matrix
from congvu.run.database import Database, running_database, var_folder


def enter(database: Database, role: str) -> None:
    """Make this process work on the database as a role, for Django's settings to come."""
    os.environ.update(database.environment(role))
    os.environ["CONGVU_VAR"] = str(var_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congvu.settings")


def manage(words: list[str]) -> int:
    """Any management command of Django, as the owner of the database."""
    with running_database() as database:
        enter(database, "owner")
        execute_from_command_line(["congvu manage", *words])
    return 0


def migrate(words: list[str]) -> int:
    """Bring the tables to this version of the program."""
    return manage(["migrate", "--no-input", *words])


def with_models(module: str, words: list[str]) -> int:
    """Run `main(words)` of a module that needs the models, which exist only after the set-up."""
    with running_database() as database:
        enter(database, "owner")
        django.setup()
        return int(importlib.import_module(f"congvu.run.{module}").main(words))


def audit(words: list[str]) -> int:
    """`audit verify`: recompute every chain; the exit code is 1 when something was altered."""
    return with_models("audit", words)


def clauses(words: list[str]) -> int:
    """Compute the matrix of clauses; the exit code is 1 when there is a gap."""
    return clause_matrix.main()


def first_admin(words: list[str]) -> int:
    """Print a token, usable once and for a short time, that opens the first administrator."""
    return with_models("first_admin", words)
