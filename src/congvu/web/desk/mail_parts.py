"""What the page of a conversation picks out of its letters."""

from __future__ import annotations

import re
from typing import Any

from congvu.mailboxes.types import ShownLetter

# "… viết lúc 18:20 ngày 23/11/2026:" and nothing but quoted lines to the end.
QUOTED = re.compile(r"^[^\n]{1,400}(?: viết lúc | wrote)[^\n]*:\n(?:>[^\n]*(?:\n|$))+\s*\Z", re.M)


def quoted_apart(text: str) -> tuple[str, str]:
    """What the writer wrote, and what was quoted under it."""
    found = QUOTED.search(text)
    return (text[: found.start()].rstrip(), found[0].strip()) if found else (text, "")


def newest(shown: list[ShownLetter]) -> int:
    """The letter that an answer answers: the last one that a person wrote."""
    by_people = [one for one in shown if not one.is_automatic] or shown
    return by_people[-1].item.id


def triage(shown: list[ShownLetter]) -> Any:
    """The newest letter from outside that triage still has to sort."""
    came = [one.item.inbound for one in shown if one.item.inbound]
    return next((one for one in reversed(came) if one.state == "waiting"), None)


def convertible(shown: list[ShownLetter]) -> int | None:
    """The newest letter of colleagues that may become an incoming document."""
    came = [one.item for one in shown if one.item.letter_id and not one.item.is_sent]
    return next((one.id for one in reversed(came) if one.became_id is None), None)
