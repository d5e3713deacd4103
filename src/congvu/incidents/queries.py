"""What pages and other rooms ask about incidents and their officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q

from congvu.incidents.access import CONCERNED, concern_parameters
from congvu.incidents.models import Incident, IncidentStep, Officer, PublicWatch, WatchWord
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor, PostingRecord
from congvu.rules.clauses import clause

MOST_ROWS = 200


@dataclass(frozen=True)
class IncidentRow:
    """An incident in a list, or on its page."""

    id: int
    kind: str
    kind_label: str
    said: str
    clause: str
    state: str
    state_label: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    officer_id: int | None
    officer_name: str
    officer_title: str
    by_name: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class StepRow:
    """A step of an incident, for its timeline."""

    act: str
    act_label: str
    text: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class KindOfficer:
    """Who takes the incidents of a kind today, and by what right."""

    kind: str
    label: str
    posting_id: int | None
    name: str
    title: str
    basis: str
    since: date | None


@dataclass(frozen=True)
class IncidentCount:
    """How many incidents of a kind an agency has, by state: all that an inspector reads."""

    agency_name: str
    kind_label: str
    open: int
    in_hand: int
    closed: int


ROWS = f"""
SELECT i.id, i.kind, i.said, i.clause, i.state, i.opened_at, i.closed_at, i.outcome,
       i.officer_id, coalesce(p.full_name, ''), coalesce(t.title, ''), coalesce(q.full_name, ''),
       i.facts::text
  FROM incidents_incident i
  LEFT JOIN orgs_posting g ON g.id = i.officer_id LEFT JOIN orgs_person p ON p.id = g.person_id
  LEFT JOIN orgs_position t ON t.id = g.position_id
  LEFT JOIN orgs_posting b ON b.id = i.by_id LEFT JOIN orgs_person q ON q.id = b.person_id
 WHERE i.agency_id = %(agency_id)s AND ({CONCERNED} OR i.by_id = ANY(%(postings)s))
   AND (%(is_open)s::bool IS NULL OR (i.state <> 'closed') = %(is_open)s)
   AND (%(incident_id)s::bigint IS NULL OR i.id = %(incident_id)s)
 ORDER BY (i.state = 'closed'), i.opened_at DESC, i.id DESC LIMIT {MOST_ROWS}
"""


def incidents_for(
    by: Actor, *, is_open: bool | None = None, incident_id: int | None = None
) -> list[IncidentRow]:
    """The incidents that are this actor's business or report, what waits first."""
    parameters = {**concern_parameters(by), "is_open": is_open, "incident_id": incident_id}
    with connection.cursor() as cursor:
        cursor.execute(ROWS, parameters)
        return [_row(one) for one in cursor.fetchall()]


def _row(one: tuple[Any, ...]) -> IncidentRow:
    found = Incident(kind=one[1], state=one[4])
    facts = Incident._meta.get_field("facts").from_db_value(one[12], None, connection)
    return IncidentRow(
        id=one[0],
        kind=one[1],
        kind_label=str(found.get_kind_display()),
        said=one[2],
        clause=one[3],
        state=one[4],
        state_label=str(found.get_state_display()),
        opened_at=one[5],
        closed_at=one[6],
        outcome=one[7],
        officer_id=one[8],
        officer_name=one[9],
        officer_title=one[10],
        by_name=one[11],
        facts=facts,
    )


def steps_of(incident_id: int) -> list[StepRow]:
    """The steps of an incident, newest first."""
    rows = IncidentStep.objects.filter(incident_id=incident_id).select_related("by__person")
    return [
        StepRow(
            act=one.act,
            act_label=str(one.get_act_display()),
            text=one.text,
            by_name=one.by.person.full_name if one.by else "Hệ thống",
            at=one.at,
        )
        for one in rows.order_by("-at", "-id")
    ]


@clause("QC.10.3")
def officer_of(agency_id: int, kind: str, at: datetime) -> PostingRecord | None:
    """Who takes incidents of this kind: the appointed officer while in post, else the head."""
    day = clock.local(at).date()
    appointed = _appointed(agency_id, day).filter(kind=kind).order_by("-valid_from").first()
    if appointed is not None:
        record = orgs.posting(appointed.posting_id)
        if record is not None and (record.valid_to is None or record.valid_to >= day):
            return record
    return orgs.head_of(agency_id, day)


def officers_of(agency_id: int, day: date) -> list[KindOfficer]:
    """Every kind with its officer on that day, for the page that says whom to tell."""
    found = {one.kind: one for one in _appointed(agency_id, day).order_by("valid_from")}
    people = {one.posting_id: one for one in orgs.people_of_agency(agency_id, day)}
    head = next((one for one in people.values() if one.rank in {"head", "acting_head"}), None)
    return [
        _kind_officer(kind, label, found, people, head) for kind, label in Incident.Kind.choices
    ]


def _kind_officer(
    kind: str,
    label: str,
    found: dict[str, Officer],
    people: dict[int, PostingRecord],
    head: PostingRecord | None,
) -> KindOfficer:
    appointed = found.get(kind)
    who = people.get(appointed.posting_id) if appointed else None
    is_appointed = appointed is not None and who is not None
    who = who or head
    return KindOfficer(
        kind=kind,
        label=str(label),
        posting_id=who.posting_id if who else None,
        name=who.full_name if who else "",
        title=who.title if who else "",
        basis=appointed.basis if appointed and is_appointed else "",
        since=appointed.valid_from if appointed and is_appointed else None,
    )


def _appointed(agency_id: int, day: date) -> Any:
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return Officer.objects.filter(in_force, agency_id=agency_id, valid_from__lte=day)


def watch_words(agency_id: int, day: date) -> list[str]:
    """The agency's own words that count on that day."""
    return [one.word for one in watch_word_rows(agency_id, day)]


def watch_word_rows(agency_id: int, day: date) -> list[WatchWord]:
    """The rows of the agency's own words, newest first."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    rows = WatchWord.objects.filter(in_force, agency_id=agency_id, valid_from__lte=day)
    return list(rows.order_by("-at", "-id"))


@clause("QC.4.1")
def public_watch(at: datetime) -> int | None:
    """The agency that answers for the public pages: the one named, else the first of the tree."""
    day = clock.local(at).date()
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    named = PublicWatch.objects.filter(in_force, valid_from__lte=day).order_by("-valid_from")
    first = named.values_list("agency_id", flat=True).first()
    if first is not None:
        return int(first)
    roots = [one.id for one in orgs.agencies_on(day) if one.parent_id is None]
    return roots[0] if roots else None


def named_watches() -> list[PublicWatch]:
    """Everything that was ever named and not replaced before its day, the newest first."""
    rows = PublicWatch.objects.exclude(valid_to__lt=F("valid_from")).select_related("agency")
    return list(rows.order_by("-valid_from", "-id"))


@clause("QC.10.3")
def counts_of_all() -> list[IncidentCount]:
    """The numbers of every agency; a function of the database tells them and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT agency_name, kind, open, in_hand, closed FROM incidents_counts()")
        labels = dict(Incident.Kind.choices)
        return [
            IncidentCount(name, str(labels[kind]), *numbers)
            for name, kind, *numbers in cursor.fetchall()
        ]
