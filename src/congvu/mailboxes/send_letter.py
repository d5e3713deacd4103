"""Send a letter that was written: to our mailboxes in this transaction, outside by the channels."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.accept import SYSTEM_OF
from congvu.channels.answer import note_answered
from congvu.channels.types import MAIL
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.models import Blob
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.mailboxes import access
from congvu.mailboxes.decide_letter import stop_clock_of_answered
from congvu.mailboxes.events import LetterSent
from congvu.mailboxes.models import Letter, MailDraft
from congvu.mailboxes.read_addressees import read_addressees
from congvu.mailboxes.save_draft import doubt_of
from congvu.mailboxes.types import Words
from congvu.mailboxes.write_letter import write_letter
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems.queries import refuse_unregistered


@clause("QC.4.1", "QC.6.1.đ", "QC.8.3.a", "QC.8.3.b", "QC.10.2", "QC.11.3")
def send_letter(
    *, draft_id: int, by: Actor, at: datetime, is_declared_open: bool = False
) -> Letter:
    """The letter; its draft is gone. `is_declared_open`: the sender declares that it holds no
    state secret, where the system asks (E010)."""
    with transaction.atomic():
        draft = access.draft_for(by, draft_id, lock=True)
        addressees = read_addressees(draft.to, draft.copies)
        files = list(draft.files.all())

        refuse_unless(draft.subject or draft.text.strip(), "mailboxes.E007")
        refuse_unregistered(SYSTEM_OF[MAIL], draft.agency_id, clock.local(at).date())
        doubt = doubt_of(draft.subject, draft.text, by, at)
        asked = [
            *([doubt.explanation] if doubt else []),
            *(one.doubt for one in files if one.doubt),
        ]
        refuse_unless(is_declared_open or not asked, "mailboxes.E010", said=" ".join(asked)[:600])
        held = Blob.objects.filter(sha256__in=[one.sha256 for one in files], is_held=True)
        waiting = next((one for one in files for blob in held if blob.sha256 == one.sha256), None)
        refuse_if(waiting, "mailboxes.E011", name=waiting.name if waiting else "")

        words = Words(
            subject=draft.subject,
            text=draft.text.strip(),
            thread=_thread(draft),
            answers_id=_answered_outside(draft),
            answers_address=_answered_address(draft),
            asks_opened=draft.asks_opened,
            files=tuple((one.name, one.mime, one.size, one.sha256) for one in files),
        )
        letter = write_letter(draft.mailbox, words, addressees, by=by, at=at)
        if words.answers_address:
            stop_clock_of_answered(draft.answers, by, at)
        if words.answers_id:
            _note_answered(letter, draft, by, at)
        draft.delete()

        write_entry(
            "mailboxes.sent",
            by=by,
            at=at,
            on=("letter", letter.id),
            clause="QC.10.2",
            details={
                "inside": sum(one.mailbox is not None for one in addressees),
                "outside": sum(one.mailbox is None for one in addressees),
                "declared_open": is_declared_open and bool(asked),
            },
        )
        publish(LetterSent(letter_id=letter.id, at=at))
    return letter


@clause("QC.9.2")
def _note_answered(letter: Letter, draft: MailDraft, by: Actor, at: datetime) -> None:
    """What came to the agency from outside is answered in triage too, if its sender is answered."""
    asked = draft.answers.inbound
    to = letter.recipients.filter(address=asked.from_address).select_related("message").first()
    if to is not None and asked.to_person_id is None:
        note_answered(inbound_id=asked.id, message=to.message, by=by, at=at)


def _thread(draft: MailDraft) -> str:
    if draft.answers is not None and not draft.is_forward:
        return draft.answers.thread
    return uuid.uuid4().hex


def _answered_address(draft: MailDraft) -> str:
    """Who wrote the letter of ours that this one answers; "" for a new one or one passed on."""
    if draft.answers is None or draft.is_forward or draft.answers.letter is None:
        return ""
    return str(draft.answers.letter.from_address)


def _answered_outside(draft: MailDraft) -> str:
    """The Message-ID of the mail from outside that this letter answers."""
    if draft.answers is None or draft.is_forward or draft.answers.inbound is None:
        return ""
    return draft.answers.inbound.message_id
