"""Every text that anybody types passes the marks of state secrets before a page may keep it.

The pages of drafts and of the intake read their own text, with the form as it was typed in the
answer; they say so by `@reads_marks`. Everywhere else a mark ends the request here (QC.4.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from django.http import HttpRequest

from congvu.kit.refusal import Refusal
from congvu.kit.refusals import SECRECY_TYPED
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.rules.clauses import clause
from congvu.rules.secrecy import Decision, Hit, name_hits, text_hits
from congvu.web.shell.doors import door_of

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_LINE = 500
NEVER_READ = ("password", "csrfmiddlewaretoken")


def reads_marks(view: View) -> View:
    """The view's own verb refuses marks of state secrets in what was typed."""
    view.door = replace(door_of(view), reads_marks=True)  # type: ignore[attr-defined]
    return view


@clause("QC.4.1", "S.33")
def typed_secret(request: HttpRequest) -> Refusal | None:
    """The refusal of what was typed, or None; that it happened is told after the roll-back."""
    if request.method != "POST":
        return None
    try:
        refuse_state_secret(_hits(request), entrance="typed", code=SECRECY_TYPED)
    except Refusal as said:
        return said
    return None


def _hits(request: HttpRequest) -> Iterator[Hit]:
    for name, values in request.POST.lists():
        if any(word in name for word in NEVER_READ):
            continue
        for value in values:
            found = [*text_hits(value, "nội dung nhập")]
            # Without its marks "toi mat" is also "tôi mất" (I have lost): only whole letters count.
            if len(value) <= LONGEST_LINE and "\n" not in value and not value.isascii():
                found += name_hits(value, "nội dung nhập")
            yield from (hit for hit in found if hit.decision is Decision.REFUSE)
