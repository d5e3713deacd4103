"""What pages ask about messages that came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from congvu.channels.access import inbound_seen_by
from congvu.channels.models import Answer, Handling, InboundMessage, InboundNotice
from congvu.channels.states import InboundState
from congvu.channels.take_in import SUBJECT
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit.models import Blob
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor
from congvu.timers.models import Timer

TABS: Mapping[str, tuple[str, ...]] = {
    "": (InboundState.WAITING,),
    "da-nhan": (InboundState.TAKEN,),
    "da-tra-loi": (InboundState.ANSWERED,),
    "khong-thuoc": (InboundState.DECLINED,),
    "khac": (InboundState.NO_ACTION,),
}
SHORT_WORDS = {MAIL: "Thư", SMS: "SMS", ZALO: "Zalo"}
MINE = "cua-toi"
WAITING_FIRST = ""


@dataclass(frozen=True, slots=True)
class InboundRow:
    """A message in the list; `due_at` is when the two working hours end, or the answer is due."""

    id: int
    reference: str
    subject: str
    from_name: str
    from_address: str
    channel_word: str
    state: str
    state_label: str
    received_at: datetime
    due_at: datetime | None
    handler: str
    file_count: int


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that came with a message: whether it may be opened, and if not why."""

    ordinal: int
    name: str
    mime: str
    size: int
    pages: int | None
    sha256: str
    said: str
    is_held: bool

    @property
    def is_open(self) -> bool:
        """Whether it passed the gate and waits for no scanner."""
        return bool(self.sha256) and not self.is_held


@dataclass(frozen=True, slots=True)
class InboundPage:
    """One message with everything that is known of it."""

    message: InboundMessage
    files: list[FileRow]
    timer: Timer | None
    acknowledgement: Any
    reply: Any
    decided_by: str
    handlings: list[Handling]
    answers: list[Answer]

    @property
    def handling(self) -> Handling | None:
        """Who is to answer it now."""
        return next((one for one in self.handlings if one.ended_at is None), None)

    @property
    def proposed(self) -> Answer | None:
        """The answer that waits for a leader."""
        return next((one for one in self.answers if one.state == "proposed"), None)


def inbound_list(
    by: Actor, tab: str, after: str, *, words: str = "", size: int = PAGE_SIZE
) -> Page[InboundRow]:
    """What this actor may read. What waits comes oldest first, for its clock runs out first;
    everything else newest first. `words` narrow what waits. Three statements however many."""
    rows = _of_tab(by, tab)
    if words and tab == WAITING_FIRST:
        rows = rows.filter(_speaks_of(words))
    oldest_first = tab == WAITING_FIRST
    if key := decode_key(after, 2):
        moment, last = key
        later = Q(received_at__gt=moment) | Q(received_at=moment, id__gt=last)
        earlier = Q(received_at__lt=moment) | Q(received_at=moment, id__lt=last)
        rows = rows.filter(later if oldest_first else earlier)
    order = ("received_at", "id") if oldest_first else ("-received_at", "-id")
    found = list(rows.annotate(file_count=Count("files")).order_by(*order)[: size + 1])
    ids = [one.id for one in found]
    due = dict(
        Timer.objects.filter(subject_kind=SUBJECT, subject_id__in=ids)
        .exclude(state="stopped")
        .values_list("subject_id", "due_at")
    )
    given = {
        one.inbound_id: one
        for one in Handling.objects.filter(
            inbound_id__in=ids, ended_at__isnull=True
        ).select_related("to__person")
    }
    shown = [_row(one, due.get(one.id), given.get(one.id)) for one in found]
    return cut_page(shown, lambda row: encode_key(row.received_at.isoformat(), row.id), size)


def _speaks_of(words: str) -> Q:
    """Words that stand in the message, or in who sent it; as they are written, marks and all."""
    places = ("subject", "text", "from_name", "from_address", "reference")
    found = Q()
    for place in places:
        found |= Q(**{f"{place}__icontains": words})
    return found


def _of_tab(by: Actor, tab: str) -> QuerySet[InboundMessage]:
    rows = inbound_seen_by(by)
    if tab == MINE:
        return rows.filter(handlings__to_id=by.posting_id, handlings__ended_at__isnull=True)
    return rows.filter(state__in=TABS.get(tab, TABS[WAITING_FIRST]))


def tab_counts(by: Actor) -> dict[str, int]:
    """How many wait, and how many are mine to answer: the two that call for work."""
    waiting = inbound_seen_by(by).filter(state=InboundState.WAITING)
    mine = Handling.objects.filter(
        agency_id=by.agency_id, to_id=by.posting_id, ended_at__isnull=True
    )
    return {WAITING_FIRST: waiting.count(), MINE: mine.count()}


def next_waiting(by: Actor, but: int) -> int | None:
    """The message that has waited longest, besides this one."""
    waiting = inbound_seen_by(by).filter(state=InboundState.WAITING).exclude(id=but)
    found: int | None = waiting.order_by("received_at", "id").values_list("id", flat=True).first()
    return found


def _row(one: Any, due_at: datetime | None, handling: Handling | None) -> InboundRow:
    return InboundRow(
        id=one.id,
        reference=one.reference,
        subject=one.subject or one.text[:120],
        from_name=one.from_name,
        from_address=one.from_address,
        channel_word=SHORT_WORDS[one.channel],
        state=one.state,
        state_label=one.get_state_display(),
        received_at=one.received_at,
        due_at=due_at or (handling.due_at if handling else None),
        handler=handling.to.person.full_name if handling else "",
        file_count=one.file_count,
    )


def inbound_page(inbound: InboundMessage) -> InboundPage:
    """What the page of a message shows; the caller has asked `access.inbound_for`."""
    timers = Timer.objects.filter(subject_kind=SUBJECT, subject_id=inbound.id).order_by("-id")
    decider = inbound.decided_by
    people = ("to__person", "to__position", "by__person")
    return InboundPage(
        message=inbound,
        files=_files(inbound),
        timer=timers.first(),
        acknowledgement=inbound.acknowledgement,
        reply=inbound.reply,
        decided_by=decider.person.full_name if decider else "",
        handlings=list(inbound.handlings.select_related(*people).order_by("-at", "-id")),
        answers=list(
            inbound.answers_given.select_related(
                "by__person", "to__person", "decided_by__person", "message"
            )
        ),
    )


def _files(inbound: InboundMessage) -> list[FileRow]:
    files = list(inbound.files.all())
    held = set(
        Blob.objects.filter(sha256__in=[one.sha256 for one in files], is_held=True).values_list(
            "sha256", flat=True
        )
    )
    return [
        FileRow(
            ordinal=one.ordinal,
            name=one.name,
            mime=one.mime,
            size=one.size,
            pages=one.pages,
            sha256=one.sha256,
            said=one.said,
            is_held=one.sha256 in held,
        )
        for one in files
    ]


def inbound_notices(posting_id: int) -> list[InboundNotice]:
    """What a person was told of messages that came in, newest first."""
    found = InboundNotice.objects.filter(to_id=posting_id)
    return list(found.order_by("-at", "-id")[:100])


def became_of(kind: str, row_id: int, agency_id: int | None) -> InboundMessage | None:
    """The message of the agency that was made into this row."""
    found = InboundMessage.objects.filter(
        became_kind=kind, became_id=row_id, agency_id=agency_id, agency_id__isnull=False
    )
    return found.order_by(F("id").desc()).first()
