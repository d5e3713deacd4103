"""Lists of a mailbox: one table, one statement, however long the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from congvu.kit.paging import Page, cut_page, decode_key, encode_key
from congvu.kit.search import Query, parse
from congvu.mailboxes import access
from congvu.mailboxes.models import Mailbox, MailDraft
from congvu.mailboxes.states import Place
from congvu.mailboxes.types import Counts, DraftRow, ItemRow
from congvu.orgs.types import Actor

PAGE_SIZE = 50
# What a page shows is chosen first; the rest is asked for those rows alone.
COLUMNS = """
SELECT i.id, i.subject, i.who, i.preview, i.at, i.is_sent, i.has_files, i.mailbox_id,
    i.thread, coalesce(p.full_name, ''), t.total, t.is_unread, t.is_starred
FROM ({chosen}) i
LEFT JOIN orgs_posting o ON o.id = i.assignee_id
LEFT JOIN orgs_person p ON p.id = o.person_id
LEFT JOIN LATERAL (
    SELECT count(*) AS total, bool_or(c.read_at IS NULL) AS is_unread,
        bool_or(c.is_starred) AS is_starred
    FROM mailboxes_mailitem c
    WHERE c.mailbox_id = i.mailbox_id AND c.thread = i.thread
        AND (c.place = 'trash') = (i.place = 'trash')) t ON true
ORDER BY i.at DESC, i.id DESC
"""
# The newest of its conversation in this place stands for all. A question for each row, by the
# index: as a join the planner would first build the whole mailbox.
NEWEST = """(SELECT n.id FROM mailboxes_mailitem n
    WHERE n.mailbox_id = i.mailbox_id AND n.thread = i.thread AND n.place = i.place
        AND n.folder_id IS NOT DISTINCT FROM i.folder_id AND (n.at, n.id) > (i.at, i.id)
    LIMIT 1) IS NULL"""
AFTER = "(%(moment)s::timestamptz IS NULL OR (i.at, i.id) < (%(moment)s::timestamptz, %(last)s))"
CHOSEN = f"""SELECT i.* FROM mailboxes_mailitem i WHERE {{which}} AND {AFTER}
    ORDER BY i.at DESC, i.id DESC LIMIT %(limit)s"""


def _sql(which: str) -> str:
    return COLUMNS.format(chosen=CHOSEN.format(which=which))


IN_PLACE = _sql(f"""i.mailbox_id = %(mailbox_id)s AND i.place = %(place)s
    AND (%(folder_id)s::bigint IS NULL OR i.folder_id = %(folder_id)s) AND {NEWEST}""")
STARRED = _sql("i.mailbox_id = %(mailbox_id)s AND i.is_starred AND i.place <> 'trash'")
# The planner may use no index over words behind row security; a mailbox is walked from the newest.
FOUND = _sql("""i.mailbox_id = %(mailbox_id)s AND i.place <> 'trash'
    AND i.tsv @@ %(words)s::tsquery""")
ASSIGNED = _sql(f"""i.person_id IS NULL AND i.assignee_id = ANY(%(postings)s)
    AND i.place <> 'trash' AND NOT i.is_sent AND {NEWEST}""")


@dataclass(frozen=True)
class Wanted:
    """What of a mailbox is asked for: a place, an own folder, the starred, or words."""

    place: str = Place.INBOX
    folder_id: int | None = None
    is_starred: bool = False
    words: str = ""


def items_of(mailbox: Mailbox, wanted: Wanted, after: str) -> Page[ItemRow]:
    """A page of the mailbox; the caller has asked `access.mailbox_for`."""
    values: dict[str, object] = {"mailbox_id": mailbox.id}
    if wanted.words:
        query: Query = parse(wanted.words)
        if query.is_empty:
            return Page([])
        return _page(FOUND, {**values, "words": query.folded}, after)
    if wanted.is_starred:
        return _page(STARRED, values, after)
    place = Place.OWN if wanted.folder_id else wanted.place
    return _page(IN_PLACE, {**values, "place": str(place), "folder_id": wanted.folder_id}, after)


def assigned_to(by: Actor, after: str) -> Page[ItemRow]:
    """Letters of the agency's mailboxes that were given to the actor."""
    postings = sorted(set(access.assigned_items(by).values_list("assignee_id", flat=True)))
    return _page(ASSIGNED, {"postings": postings}, after) if postings else Page([])


def _page(sql: str, values: Mapping[str, object], after: str) -> Page[ItemRow]:
    key = decode_key(after, 2) or ("", 0)
    with connection.cursor() as cursor:
        cursor.execute(
            sql, {**values, "moment": key[0] or None, "last": key[1], "limit": PAGE_SIZE + 1}
        )
        rows = [_row(row) for row in cursor.fetchall()]
    return cut_page(rows, lambda row: encode_key(row.at.isoformat(), row.id), PAGE_SIZE)


def _row(row: Sequence[Any]) -> ItemRow:
    item_id, subject, who, preview, at, is_sent, has_files, mailbox_id, thread, *rest = row
    assignee, total, is_unread, is_starred = rest
    return ItemRow(
        id=item_id,
        subject=subject,
        who=who,
        preview=preview,
        at=at,
        is_sent=is_sent,
        is_starred=bool(is_starred),
        has_files=has_files,
        is_unread=bool(is_unread),
        total=total,
        assignee=assignee,
        mailbox_id=mailbox_id,
        thread=thread,
    )


# The clock of a letter of colleagues hangs on its recipient, that of an outside mail on the mail.
CLOCKS = """
SELECT i.thread, min(t.due_at) FROM mailboxes_mailitem i
LEFT JOIN mailboxes_letterrecipient r
    ON r.letter_id = i.letter_id AND r.to_mailbox_id = i.mailbox_id AND NOT i.is_sent
JOIN timers_timer t ON t.kind = 'decline' AND t.state <> 'stopped' AND (
    (t.subject_kind = 'letter_recipient' AND t.subject_id = r.id)
    OR (t.subject_kind = 'inbound' AND t.subject_id = i.inbound_id))
WHERE i.mailbox_id = %(mailbox_id)s AND i.thread = ANY(%(threads)s) GROUP BY 1
"""


def clocks_of(mailbox: Mailbox, threads: Sequence[str]) -> dict[str, datetime]:
    """When the two working hours of these conversations end, where such a clock runs."""
    if mailbox.person_id is not None or not threads:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CLOCKS, {"mailbox_id": mailbox.id, "threads": list(threads)})
        return dict(cursor.fetchall())


def drafts_of(mailbox: Mailbox) -> list[DraftRow]:
    """Letters being written, the last touched first; what was never written into is not shown."""
    rows = (
        MailDraft.objects.filter(mailbox=mailbox)
        .exclude(version=1, files__isnull=True)
        .select_related("by__person")
        .order_by("-saved_at", "-id")[:200]
    )
    return [
        DraftRow(one.id, one.subject, one.to, one.saved_at, one.by.person.full_name) for one in rows
    ]


COUNTS = """
SELECT mailbox_id, place, folder_id, count(*) FROM mailboxes_mailitem
WHERE mailbox_id = ANY(%(ids)s) AND read_at IS NULL GROUP BY 1, 2, 3
UNION ALL
SELECT mailbox_id, 'drafts', NULL, count(*) FROM mailboxes_maildraft d
WHERE mailbox_id = ANY(%(ids)s) AND (version > 1 OR EXISTS (
    SELECT 1 FROM mailboxes_draftfile f WHERE f.draft_id = d.id)) GROUP BY 1
"""


def counts_of(mailboxes: Sequence[Mailbox]) -> dict[int, Counts]:
    """Unread letters and drafts of each mailbox; one statement for all."""
    found: dict[int, tuple[dict[str, int], dict[int, int]]] = {
        one.id: ({}, {}) for one in mailboxes
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"ids": list(found)})
        for mailbox_id, place, folder_id, number in cursor.fetchall():
            places, folders = found[mailbox_id]
            if folder_id is None:
                places[place] = number
            else:
                folders[folder_id] = number
    return {
        key: Counts(places, folders, places.get("drafts", 0))
        for key, (places, folders) in found.items()
    }
