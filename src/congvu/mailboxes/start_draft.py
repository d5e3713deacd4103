"""Begin a letter: a new one, an answer to a letter, an answer to all, or a letter passed on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit import clock
from congvu.mailboxes import access
from congvu.mailboxes.models import Mailbox, MailDraft, MailItem
from congvu.mailboxes.queries.conversation import file_rows, shown_letter
from congvu.mailboxes.types import ShownLetter
from congvu.orgs.types import Actor

REPLY, REPLY_ALL, FORWARD = "reply", "reply_all", "forward"


def start_draft(*, mailbox_id: int, by: Actor, at: datetime) -> MailDraft:
    """An empty letter with the owner's closing words; one that is still empty is taken again."""
    with transaction.atomic():
        mailbox = access.mailbox_for(by, mailbox_id)
        text = closing(mailbox)
        empty = MailDraft.objects.filter(
            mailbox=mailbox,
            by_id=by.posting_id,
            answers__isnull=True,
            to="",
            copies="",
            subject="",
            text=text,
            files__isnull=True,
        ).first()
        return empty or MailDraft.objects.create(text=text, **_own(mailbox, by, at))


def answer_letter(*, item_id: int, how: str, by: Actor, at: datetime) -> MailDraft:
    """A letter that answers (`reply`, `reply_all`) or passes on (`forward`) the one of the item."""
    with transaction.atomic():
        item = access.item_for(by, item_id, to="use" if how == FORWARD else "answer")
        letter = shown_letter(item)
        to, copies = ("", "") if how == FORWARD else _addressees(letter, item, how)
        mark = "Fwd:" if how == FORWARD else "Re:"
        draft = MailDraft.objects.create(
            to=to,
            copies=copies,
            subject=marked(mark, letter.subject),
            text=f"{closing(item.mailbox)}\n\n{quoted(letter, how)}",
            answers=item,
            is_forward=how == FORWARD,
            **_own(item.mailbox, by, at),
        )
        if how == FORWARD:
            _take_files(draft, item)
    return draft


def closing(mailbox: Mailbox) -> str:
    """Room to write, and the owner's closing words under it."""
    return f"\n\n{mailbox.signature}" if mailbox.signature else ""


def marked(mark: str, subject: str) -> str:
    """ "Re: Mời họp"; a mark that stands there already is not put twice."""
    if subject.lower().startswith(mark.lower()):
        return subject[:500]
    return f"{mark} {subject}"[:500]


def quoted(letter: ShownLetter, how: str) -> str:
    """The letter that is answered, marked as quoted; one that is passed on keeps its words."""
    moment = letter.sent_at or letter.entered_at or letter.item.at
    when = f"{clock.local(moment):%H:%M ngày %d/%m/%Y}"
    who = f"{letter.from_name} <{letter.from_address}>".strip()
    if how == FORWARD:
        head = f"---------- Thư được chuyển tiếp ----------\nTừ: {who}\nLúc: {when}"
        return f"{head}\nTiêu đề: {letter.subject}\n\n{letter.text}"
    lines = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
    return f"{who} viết lúc {when}:\n{lines}"


def _addressees(letter: ShownLetter, item: MailItem, how: str) -> tuple[str, str]:
    own = item.mailbox.address
    to = [letter.from_address]
    if item.is_sent:  # one goes on writing to those to whom one wrote
        to = [one.address for one in letter.recipients if one.part == "to"]
    if how == REPLY:
        return ", ".join(to), ""
    others = [one.address for one in letter.recipients if one.address not in {own, *to}]
    return ", ".join(to), ", ".join(others)


def _take_files(draft: MailDraft, item: MailItem) -> None:
    for file in file_rows(item):
        if file.sha256:
            draft.files.create(
                agency_id=draft.agency_id,
                person_id=draft.person_id,
                name=file.name,
                mime=file.mime,
                size=file.size,
                sha256=file.sha256,
            )


def _own(mailbox: Mailbox, by: Actor, at: datetime) -> dict[str, object]:
    return {
        "agency_id": mailbox.agency_id,
        "person_id": mailbox.person_id,
        "mailbox": mailbox,
        "by_id": by.posting_id,
        "saved_at": at,
    }
