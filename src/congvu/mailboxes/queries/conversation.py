"""One conversation with everything that is known of its letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from congvu.channels.accept import LEGAL_CLASS
from congvu.channels.models import Attempt, Evidence, InboundFile, InboundMessage
from congvu.channels.states import AttemptState
from congvu.mailboxes.models import (
    Letter,
    LetterFile,
    LetterRecipient,
    MailDraft,
    MailItem,
    MailNote,
)
from congvu.mailboxes.types import Conversation, FileRow, ShownLetter
from congvu.orgs import queries as orgs

_CONTENT = ("letter", "inbound__acknowledgement", "inbound__reply")


def conversation(item: MailItem) -> Conversation:
    """The conversation of an item that `access.item_for` gave; a fixed number of questions."""
    rows = MailItem.objects.filter(mailbox_id=item.mailbox_id, thread=item.thread)
    is_thrown = item.place == "trash"
    rows = rows.filter(place="trash") if is_thrown else rows.exclude(place="trash")
    items = list(rows.select_related(*_CONTENT).order_by("at", "id"))
    letter_ids = [one.letter_id for one in items if one.letter_id]
    recipients = _by(
        LetterRecipient.objects.filter(letter_id__in=letter_ids).select_related("message"),
        "letter_id",
    )
    files = _by(LetterFile.objects.filter(letter_id__in=letter_ids), "letter_id")
    came = [one.inbound_id for one in items if one.inbound_id]
    inbound_files = _by(InboundFile.objects.filter(inbound_id__in=came), "inbound_id")
    letters = [
        _shown(
            one,
            recipients.get(one.letter_id, []),
            _letter_files(files.get(one.letter_id, []))
            if one.letter_id
            else _inbound_files(inbound_files.get(one.inbound_id, [])),
        )
        for one in items
    ]
    assignee_id = next((one.assignee_id for one in items if one.assignee_id), None)
    holder = orgs.posting(assignee_id) if assignee_id else None
    return Conversation(
        mailbox=item.mailbox,
        letters=letters,
        notes=_notes(item),
        assignee=f"{holder.full_name}, {holder.title}" if holder else "",
        assignee_id=assignee_id,
    )


def shown_letter(item: MailItem) -> ShownLetter:
    """One letter alone."""
    recipients = list(LetterRecipient.objects.filter(letter_id=item.letter_id or 0))
    return _shown(item, recipients, file_rows(item))


def file_rows(item: MailItem) -> list[FileRow]:
    """The files of one letter, whichever way it came."""
    if item.letter_id:
        return _letter_files(LetterFile.objects.filter(letter_id=item.letter_id))
    return _inbound_files(InboundFile.objects.filter(inbound_id=item.inbound_id))


def evidence_of(recipients: Iterable[LetterRecipient]) -> dict[int, list[Evidence]]:
    """message id -> what proves how far it has come outside, the oldest first; one question."""
    ids = [one.message_id for one in recipients if one.message_id]
    rows = Evidence.objects.filter(attempt__message_id__in=ids).select_related("attempt")
    found: dict[int, list[Evidence]] = {}
    for one in rows:
        found.setdefault(one.attempt.message_id, []).append(one)
    return found


def item_that_became(kind: str, row_id: int, agency_id: int | None) -> MailItem | None:
    """The letter of the agency's mailbox that was made into this row."""
    found: MailItem | None = MailItem.objects.filter(
        became_kind=kind, became_id=row_id, agency_id=agency_id, agency_id__isnull=False
    ).first()
    return found


def begun_answers(item: MailItem) -> list[MailDraft]:
    """Answers to this conversation that somebody has begun, so that nobody writes a second one."""
    rows = MailDraft.objects.filter(
        mailbox_id=item.mailbox_id, answers__thread=item.thread, version__gt=1
    )
    return list(rows.select_related("by__person").order_by("-saved_at"))


def in_doubt(recipients: Iterable[LetterRecipient]) -> set[int]:
    """The messages of which nobody knows whether they have gone; one question."""
    ids = [one.message_id for one in recipients if one.message_id]
    rows = Attempt.objects.filter(message_id__in=ids, state=AttemptState.UNKNOWN)
    return set(rows.values_list("message_id", flat=True))


def _shown(item: MailItem, recipients: list[LetterRecipient], files: list[FileRow]) -> ShownLetter:
    return (
        _shown_inbound(item, item.inbound, files)
        if item.inbound
        else _shown_letter(item, recipients, files)
    )


def _shown_letter(
    item: MailItem, recipients: list[LetterRecipient], files: list[FileRow]
) -> ShownLetter:
    letter: Letter = item.letter
    mine = next((one for one in recipients if one.to_mailbox_id == item.mailbox_id), None)
    mine = None if item.is_sent else mine
    return ShownLetter(
        item=item,
        from_name=letter.from_name,
        from_address=letter.from_address,
        subject=letter.subject,
        text=letter.text,
        files=files,
        recipients=recipients,
        sent_at=letter.sent_at,
        sent_finding=letter.sent_finding,
        entered_at=mine.entered_at if mine else None,
        received_at=mine.received_at if mine else None,
        received_finding=mine.received_finding if mine else {},
        legal_class=letter.legal_class,
        is_automatic=letter.is_automatic,
    )


def _shown_inbound(item: MailItem, inbound: InboundMessage, files: list[FileRow]) -> ShownLetter:
    return ShownLetter(
        item=item,
        from_name=inbound.from_name,
        from_address=inbound.from_address,
        subject=inbound.subject,
        text=inbound.text,
        files=files,
        recipients=[],
        sent_at=None,  # the sender's own clock is no evidence of ours
        sent_finding={},
        entered_at=inbound.entered_at,
        received_at=inbound.received_at,
        received_finding=inbound.received_finding,
        legal_class=LEGAL_CLASS,
        is_automatic=bool(inbound.facts.get("is_automatic")),
    )


def _letter_files(rows: Iterable[LetterFile]) -> list[FileRow]:
    return [FileRow(f"l{one.id}", one.name, one.size, one.mime, one.sha256, "") for one in rows]


def _inbound_files(rows: Iterable[InboundFile]) -> list[FileRow]:
    return [
        FileRow(f"i{one.id}", one.name, one.size, one.mime, one.sha256, one.said) for one in rows
    ]


def _notes(item: MailItem) -> list[MailNote]:
    if item.person_id is not None:
        return []
    rows = MailNote.objects.filter(mailbox_id=item.mailbox_id, thread=item.thread)
    return list(rows.select_related("by__person"))


def _by(rows: Iterable[Any], column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in rows:
        found.setdefault(getattr(one, column), []).append(one)
    return found
