"""Put a file with a letter that is being written, through the gate; take one off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.incidents.queries import watch_words
from congvu.kit import blobs, clock
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import refuse_if
from congvu.mailboxes import access
from congvu.mailboxes.models import DraftFile
from congvu.mailboxes.types import MOST_FILES
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.4.1", "S.31")
def attach_to_draft(
    *, draft_id: int, content: bytes, name: str, by: Actor, at: datetime
) -> DraftFile:
    """Keep the file beside the draft. A doubt about secrets is kept and asked when it is sent."""
    access.draft_for(by, draft_id)  # who may not is told before a foreign file is looked at
    words = watch_words(by.agency_id or 0, clock.local(at).date())
    file = pass_gate(content, name, entrance=Entrance.MAIL, words=words)
    with transaction.atomic():
        draft = access.draft_for(by, draft_id, lock=True)

        refuse_if(draft.files.count() >= MOST_FILES, "mailboxes.E012", most=MOST_FILES)

        kept = blobs.keep(content, file.mime, held=file.is_held)
        attached, _ = draft.files.get_or_create(
            sha256=kept.sha256,
            defaults={
                "agency_id": draft.agency_id,
                "person_id": draft.person_id,
                "name": file.name,
                "mime": file.mime,
                "size": file.size,
                "doubt": file.doubt.explanation[:500] if file.doubt else "",
            },
        )
    return attached


def detach_from_draft(*, draft_id: int, file_id: int, by: Actor, at: datetime) -> None:
    """Take the file off; a letter not sent has no trail to keep."""
    with transaction.atomic():
        draft = access.draft_for(by, draft_id, lock=True)
        draft.files.filter(id=file_id).delete()
