"""Read the addressees that somebody typed or chose: mailboxes of ours, and addresses outside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from congvu.kit.folding import fold
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.mailboxes.models import Mailbox
from congvu.mailboxes.states import Part
from congvu.mailboxes.types import MOST_RECIPIENTS, Addressee

ADDRESS = re.compile(r"[a-z0-9._%+'-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", re.I)
_NAMED = re.compile(r'^\s*"?(?P<name>[^"<>]*?)"?\s*<\s*(?P<address>[^<>\s]+)\s*>\s*$')


def read_addressees(to: str, copies: str) -> list[Addressee]:
    """Everybody once, in the order typed; who is asked to act goes before who is informed.

    Refuses (E005) nobody, (E006) what is neither an address nor a name of the address book,
    (E009) too many.
    """
    typed = [
        *((Part.TO, *parts) for parts in pieces(to)),
        *((Part.COPY, *parts) for parts in pieces(copies)),
    ]
    refuse_unless(any(part == Part.TO for part, _, _ in typed), "mailboxes.E005")
    refuse_if(
        len(typed) > MOST_RECIPIENTS, "mailboxes.E009", count=len(typed), most=MOST_RECIPIENTS
    )
    known = by_address([word for _, _, word in typed])
    found: dict[str, Addressee] = {}
    for part, name, word in typed:
        mailbox = known.get(word.lower()) or _by_name(word)
        address = mailbox.address if mailbox else word.lower()
        refuse_unless(mailbox or ADDRESS.fullmatch(address), "mailboxes.E006", typed=word[:80])
        shown = mailbox.name if mailbox else name
        found.setdefault(address, Addressee(shown, address, part, mailbox))
    return list(found.values())


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """(name, address or name of the address book) of each piece between commas and line ends."""
    for piece in re.split(r"[,;\n]+", clean_text(text)):
        if named := _NAMED.match(piece):
            yield named["name"].strip(), named["address"]
        elif piece.strip():
            yield "", piece.strip()


def by_address(words: list[str]) -> dict[str, Mailbox]:
    """Our mailboxes with these addresses."""
    rows = Mailbox.objects.filter(
        address__in=[word.lower() for word in words], valid_to__isnull=True
    )
    return {one.address: one for one in rows}


def _by_name(word: str) -> Mailbox | None:
    """The one mailbox of exactly this name, however its letters are written."""
    if "@" in word:
        return None
    rows = Mailbox.objects.filter(
        found_by__startswith=f"{fold(' '.join(word.split()))} |", valid_to__isnull=True
    )[:2]
    return rows[0] if len(rows) == 1 else None
