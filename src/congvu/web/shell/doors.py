"""Doors of pages: who may open a view. A view without a door opens to signed-in staff only.

    @public                      everybody, signed in or not
    @by_token                    a program without a session: its one-time token is its whole right
    @needs(CLERK, LEADER)        signed in, in a posting with one of these roles
    @needs()                     signed in, any role
    @admins_too                  beside them, accounts of administration: no content is shown here
    @at_stage("password")        a session that still owes this step may open it too
    @quiet                       asked by the page itself (live counts): not a sign of life (S.06)

The middleware `sign_in_state` reads the door; a house test walks every address and its door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from congvu.accounts.access import ADMIN_ROLES
from congvu.rules.clauses import clause

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """What the middleware asks of whoever wants to open the view."""

    is_public: bool = False
    is_by_token: bool = False
    roles: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset({"ready"})
    is_quiet: bool = False
    reads_marks: bool = False
    is_for_admins: bool = False
    is_marked: bool = False

    @property
    def is_open(self) -> bool:
        """Whether no session is asked for."""
        return self.is_public or self.is_by_token

    def admits(self, kind: str) -> bool:
        """Whether an account of this kind may come in: an administration account opens only pages
        that are made for it, and so meets no content whatever the posting of its owner reads."""
        return kind != ADMIN or self.is_for_admins or not self.roles.isdisjoint(ADMIN_ROLES)


ADMIN = "admin"
SHUT = Door()


def door_of(view: Callable[..., Any]) -> Door:
    """The door of a view; SHUT (signed-in staff only, not marked) where nobody wrote one."""
    found = getattr(view, "door", SHUT)
    return found if isinstance(found, Door) else SHUT


def _with(view: View, **marks: Any) -> View:
    view.door = replace(door_of(view), **marks)  # type: ignore[attr-defined]
    return view


@clause("S.11")
def public(view: View) -> View:
    """Everybody may open this page."""
    return _with(view, is_public=True, is_marked=True)


@clause("S.11", "S.29")
def by_token(view: View) -> View:
    """A program of the signer's machine: no cookie counts, so there is nothing to forge with one.

    The view itself asks for the token in its address before anything else.
    """
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return _with(view, is_by_token=True, is_marked=True)


@clause("S.11")
def needs(*roles: str) -> Callable[[View], View]:
    """Only a signed-in official whose posting has one of the roles (none named: any official)."""

    def mark(view: View) -> View:
        return _with(view, roles=frozenset(roles), is_marked=True)

    return mark


@clause("S.02", "S.05")
def at_stage(*stages: str) -> Callable[[View], View]:
    """A session at one of these stages of signing in may open this page."""

    def mark(view: View) -> View:
        return _with(view, stages=frozenset(stages), is_for_admins=True, is_marked=True)

    return mark


@clause("S.10")
def admins_too(view: View) -> View:
    """An administration account may open this page as well: it shows no content of documents."""
    return _with(view, is_for_admins=True)


@clause("S.06")
def quiet(view: View) -> View:
    """The page asks by itself; the idle time goes on."""
    return _with(view, is_quiet=True)
