"""Empty the letters that carried a purged document, and the conversations that may quote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.kit.blobs import NOTHING
from congvu.mailboxes.models import (
    DraftFile,
    Letter,
    LetterFile,
    MailDraft,
    MailItem,
    MailNote,
    MailNotice,
)
from congvu.rules.clauses import clause

GONE = "(đã tiêu hủy)"
SAID = (
    "Thư trong hộp thư công vụ của cơ quan có tệp đã bị tiêu hủy trên Hệ thống vì chứa bí mật nhà"
    " nước. Hãy thu hồi, hủy bản in và bản đã tải về, rồi ghi kết quả tại đây."
)
EMPTY_ITEMS = """
UPDATE mailboxes_mailitem SET subject = %s, preview = '', tsv = ''::tsvector WHERE thread = ANY(%s)
"""


@clause("QC.4.1", "S.34")
def forget_purged(*, files: Sequence[str], agency_id: int, at: datetime) -> None:
    """Who wrote to whom and when stays. Inbound messages were emptied by the channels before; other
    agencies (than `agency_id`) that had a letter are told by an incident."""
    threads = _threads(files)
    drafts = MailDraft.objects.filter(
        Q(files__sha256__in=files) | Q(answers__thread__in=threads)
    ).distinct()
    reached = MailItem.objects.filter(thread__in=threads)
    agencies = {*reached.values_list("agency_id", flat=True)}
    agencies |= {*drafts.values_list("agency_id", flat=True)}

    letters = Letter.objects.filter(thread__in=threads).update(subject=GONE, text="")
    MailNote.objects.filter(thread__in=threads).update(text=GONE)
    MailNotice.objects.filter(item__thread__in=threads).update(text=GONE)
    gone = LetterFile.objects.filter(sha256__in=files)
    gone.update(name=GONE, mime="", size=0, sha256=NOTHING)
    MailDraft.objects.filter(id__in=[one.id for one in drafts]).update(subject=GONE, text="")
    DraftFile.objects.filter(sha256__in=files).delete()
    with connection.cursor() as cursor:
        cursor.execute(EMPTY_ITEMS, [GONE, threads])

    write_entry(
        "mailboxes.purged",
        by=None,
        at=at,
        agency_id=agency_id,
        clause="QC.4.1",
        details={"conversations": len(threads), "letters": letters},
    )
    for other in sorted(agencies - {agency_id}):
        open_incident(
            kind=Incident.Kind.STATE_SECRET,
            agency_id=other,
            said=SAID,
            under="QC.4.1",
            by=None,
            at=at,
        )


def _threads(files: Sequence[str]) -> list[str]:
    """Conversations in which a letter carried one of the files or became the document, or whose
    mail was emptied."""
    carried = Letter.objects.filter(files__sha256__in=files).values_list("thread", flat=True)
    became = MailItem.objects.filter(became_file__in=files).values_list("thread", flat=True)
    emptied = MailItem.objects.filter(inbound__raw=NOTHING).exclude(subject=GONE)
    return sorted({*carried, *became, *emptied.values_list("thread", flat=True)})
