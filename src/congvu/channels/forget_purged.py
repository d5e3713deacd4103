"""Empty the messages that carried a purged document: what came in with it, what answered it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from congvu.channels.models import (
    Answer,
    Attempt,
    Handling,
    InboundFile,
    InboundMessage,
    InboundNotice,
    Message,
)
from congvu.channels.states import OVER, AttemptState
from congvu.channels.take_in import SUBJECT
from congvu.kit.blobs import NOTHING
from congvu.rules.clauses import clause

GONE = "(đã tiêu hủy)"
EMPTY_EVENT = """
UPDATE channels_providerevent SET raw = '', state = 'ignored'
 WHERE provider_id = %s AND (encode(sha256(raw), 'hex') = %s OR position(%s::bytea in raw) > 0)
"""
EMPTY_SENT = """
UPDATE channels_message AS kept SET files = '[]',
    texts = (SELECT coalesce(jsonb_object_agg(road, %(gone)s::jsonb), '{}')
               FROM jsonb_object_keys(kept.texts) AS road),
    state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END
 WHERE id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class Carried:
    """By what a message is known to have carried the document: its rows above, its files."""

    became: tuple[tuple[str, int], ...]  # as InboundMessage.became: ("document", 12)
    files: frozenset[str]


@clause("QC.4.1")
def carriers_of(carried: Carried) -> list[InboundMessage]:
    """Messages that brought one of the files or became the document, and the same mail wherever
    else it came in."""
    mine = Q(files__sha256__in=carried.files) | Q(raw__in=carried.files)
    for kind, number in carried.became:
        mine |= Q(became_kind=kind, became_id=number)
    raws = InboundMessage.objects.filter(mine).exclude(raw=NOTHING).values("raw")
    wanted = InboundMessage.objects.filter(mine | Q(raw__in=raws))
    return list(wanted.distinct().order_by("id"))


def files_of_carriers(carried: Carried) -> set[str]:
    """Every message as it came: the file is inside it. Its other files are other files."""
    return {one.raw for one in carriers_of(carried) if one.raw != NOTHING}


@clause("QC.4.1", "S.34")
def forget_purged(carried: Carried) -> dict[str, int]:
    """Empty their words and names; what answers them stops and is emptied. When and from whom a
    message came stays. Tells how many of each."""
    found = carriers_of(carried)
    ids = [one.id for one in found]
    sent = _answers(carried, found)
    _forget_events(found)
    _forget_sent(sent)
    Handling.objects.filter(inbound_id__in=ids).update(note="")
    Answer.objects.filter(inbound_id__in=ids).update(text=GONE, said="")
    InboundNotice.objects.filter(inbound_id__in=ids).update(text=GONE)
    gone = InboundFile.objects.filter(sha256__in=carried.files)
    gone.update(name=GONE, mime="", size=0, pages=None, sha256="", said=GONE)
    InboundMessage.objects.filter(id__in=ids).update(
        subject=GONE, text="", raw=NOTHING, decision="", facts={"can_answer": False}
    )
    return {"inbound": len(ids), "outbound": len(sent)}


@clause("QC.4.1", "S.34")
def forget_messages_about(subject: tuple[str, int]) -> int:
    """Empty every message about this subject and stop what still waits; the names of whom they
    went to came with it and go as well, their addresses stay. Gives how many."""
    kind, number = subject
    about = Message.objects.filter(subject_kind=kind, subject_id=number)
    ids = list(about.order_by("id").values_list("id", flat=True))
    _forget_sent(ids)
    about.update(to_name="")
    return len(ids)


def _answers(carried: Carried, found: list[InboundMessage]) -> list[int]:
    """What quotes them, is about the document, or goes out with one of its files."""
    about = Q(subject_kind=SUBJECT, subject_id__in=[one.id for one in found])
    about |= Q(id__in=[one.acknowledgement_id for one in found if one.acknowledgement_id])
    about |= Q(id__in=[one.reply_id for one in found if one.reply_id])
    for kind, number in carried.became:
        about |= Q(subject_kind=kind, subject_id=number)
    for sha256 in carried.files:
        about |= Q(files__contains=[[sha256]])
    return list(Message.objects.filter(about).order_by("id").values_list("id", flat=True))


def _forget_sent(ids: list[int]) -> None:
    # Attempts before messages, as whoever records an outcome holds them.
    attempts = Attempt.objects.filter(message_id__in=ids)
    attempts.exclude(state__in=OVER).update(state=AttemptState.CANCELLED)
    attempts.update(said="")
    with connection.cursor() as cursor:
        gone = json.dumps({"subject": GONE, "text": GONE})
        cursor.execute(EMPTY_SENT, {"gone": gone, "ids": ids})
        # Evidence is only ever added; a returned mail quotes the whole of what was sent.
        cursor.execute("SELECT channels_empty_evidence(%s)", [ids])


def _forget_events(found: Iterable[InboundMessage]) -> None:
    """What the provider told, exactly as it came, is the message once more."""
    with connection.cursor() as cursor:
        for one in found:
            name = one.external_id.encode()
            cursor.execute(EMPTY_EVENT, [one.provider_id, one.raw, name])
