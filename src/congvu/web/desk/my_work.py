"""Việc của tôi: one ranked list of everything that waits for this person, whatever the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.documents.copies.competence import TO_DO as COPY_TO_DO
from congvu.documents.decide_purge import TO_DECIDE as PURGE_TO_DECIDE
from congvu.documents.models.document import Urgency
from congvu.incidents.access import TO_DO as INCIDENT_TO_DO
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, SYSTEM_ADMIN, Actor
from congvu.rules import deadlines
from congvu.rules.calendar import WorkingCalendar
from congvu.rules.custody import announced_until, days_left
from congvu.rules.deadlines import Priority
from congvu.web.desk.deadline_words import deadline_of
from congvu.web.desk.frame import show
from congvu.web.shell.doors import ADMIN, admins_too, needs

# One row per piece of work: kind, id for the address, document's number, subject, from, since,
# due, urgency, suspended.
WORK = f"""
SELECT 'register', a.id, d.symbol, d.subject, a.sender_name, a.received_at, a.register_by,
       a.urgency, false
  FROM documents_arrival a JOIN documents_document d ON d.id = a.document_id
 WHERE %(is_clerk)s AND a.agency_id = %(agency_id)s AND a.state = 'arrived'
UNION ALL
SELECT 'recall', a.id, d.symbol, d.subject, a.sender_name, a.recall_asked_at, a.recall_asked_at,
       a.urgency, false
  FROM documents_arrival a JOIN documents_document d ON d.id = a.document_id
 WHERE %(is_clerk)s AND a.agency_id = %(agency_id)s AND a.recall_asked_at IS NOT NULL
   AND a.state NOT IN ('recalled', 'handed_back')
UNION ALL
SELECT CASE d.state WHEN 'signed' THEN 'number' ELSE 'issue' END, d.id, d.symbol, d.subject,
       d.signer_name, (SELECT max(s.at) FROM documents_signing s
                        WHERE s.document_id = d.id AND s.part = 'person'),
       NULL, d.urgency, false
  FROM documents_document d
 WHERE %(is_clerk)s AND d.agency_id = %(agency_id)s AND d.state IN ('signed', 'numbered')
UNION ALL
SELECT 'presented', p.arrival_id, d.symbol, d.subject, a.sender_name, p.at, a.due_at,
       a.urgency, false
  FROM tasks_presentation p JOIN documents_arrival a ON a.id = p.arrival_id
  JOIN documents_document d ON d.id = a.document_id
 WHERE p.to_id = ANY(%(postings)s) AND p.answered_at IS NULL
UNION ALL
SELECT 'review_' || s.purpose, d.id, d.symbol, d.subject, n.full_name, s.at, NULL, d.urgency,
       false
  FROM documents_submission s JOIN documents_document d ON d.id = s.document_id
  JOIN orgs_posting g ON g.id = s.by_id JOIN orgs_person n ON n.id = g.person_id
 WHERE s.to_id = ANY(%(postings)s) AND s.closed_at IS NULL
UNION ALL
SELECT d.state, d.id, d.symbol, d.subject, '', d.changed_at, NULL, d.urgency, false
  FROM documents_document d
 WHERE d.agency_id = %(agency_id)s AND d.drafter_id = ANY(%(postings)s)
   AND d.state IN ('drafting', 'sent_back')
UNION ALL
SELECT CASE WHEN s.part = 'lead' AND t.state = 'assigned' THEN 'accept' ELSE 'task_' || s.part END,
       t.id, coalesce(d.symbol, ''), t.title, n.full_name, s.at, s.due_at,
       coalesce(a.urgency, 0), t.state = 'suspended'
  FROM tasks_assignment s JOIN tasks_task t ON t.id = s.task_id
  JOIN orgs_posting g ON g.id = s.by_id JOIN orgs_person n ON n.id = g.person_id
  LEFT JOIN documents_arrival a ON a.id = t.arrival_id
  LEFT JOIN documents_document d ON d.id = a.document_id
 WHERE s.to_id = ANY(%(postings)s) AND s.done_at IS NULL AND s.part <> 'info'
UNION ALL
SELECT 'opinion', d.id, d.symbol, d.subject, n.full_name, o.at, NULL, d.urgency, false
  FROM documents_opinionrequest o JOIN documents_document d ON d.id = o.document_id
  JOIN orgs_posting g ON g.id = o.by_id JOIN orgs_person n ON n.id = g.person_id
 WHERE o.to_id = ANY(%(postings)s) AND o.answered_at IS NULL
UNION ALL
SELECT 'purge', d.id, d.symbol, d.subject, n.full_name, p.at, NULL, 0, false
  FROM documents_purge p JOIN documents_document d ON d.id = p.document_id
  JOIN orgs_posting g ON g.id = p.by_id JOIN orgs_person n ON n.id = g.person_id
 WHERE {PURGE_TO_DECIDE.format(postings="ANY(%(postings)s)")}
UNION ALL
SELECT 'incident', i.id, '', i.said, '', i.opened_at, NULL, 0, false
  FROM incidents_incident i
 WHERE i.agency_id = %(agency_id)s AND i.state <> 'closed' AND {INCIDENT_TO_DO}
UNION ALL
SELECT 'copy_' || c.state, c.id, d.symbol, d.subject, n.full_name,
       coalesce(c.decided_at, c.asked_at), NULL, d.urgency, false
  FROM documents_documentcopy c JOIN documents_document d ON d.id = c.document_id
  JOIN orgs_posting g ON g.id = c.asked_by_id JOIN orgs_person n ON n.id = g.person_id
 WHERE c.agency_id = %(agency_id)s
   AND {COPY_TO_DO}
UNION ALL
SELECT 'expiring', v.id, '', 'Chứng thư số ' || c.serial, v.provider, NULL, c.valid_to, 0, false
  FROM signing_certificate c JOIN signing_signingdevice v ON v.id = c.device_id
 WHERE c.state = 'in_use' AND c.valid_to <= %(announced)s
   AND (c.person_id = %(person_id)s OR (%(is_clerk)s AND c.agency_id = %(agency_id)s))
LIMIT 500
"""

# kind -> what is asked of the person, and the page where it is done
REASONS: dict[str, tuple[str, str]] = {
    "register": ("Chờ tiếp nhận, đăng ký", "arrival"),
    "recall": ("Bên gửi yêu cầu thu hồi", "arrival"),
    "number": ("Chờ cấp số", "outgoing_document"),
    "issue": ("Chờ phát hành", "outgoing_document"),
    "presented": ("Chờ Ông/Bà cho ý kiến", "arrival"),
    "review_content": ("Chờ Ông/Bà duyệt nội dung", "draft"),
    "review_form": ("Chờ kiểm tra thể thức", "draft"),
    "review_signature": ("Chờ Ông/Bà ký", "sign"),
    "opinion": ("Xin ý kiến Ông/Bà", "draft"),
    "copy_asked": ("Chờ quyết định sao", "copy"),
    "copy_allowed": ("Chờ sao", "copy"),
    "drafting": ("Đang soạn", "draft"),
    "sent_back": ("Bị trả lại", "draft"),
    "accept": ("Việc mới giao", "task"),
    "task_lead": ("Chủ trì", "task"),
    "task_support": ("Phối hợp", "task"),
    "incident": ("Sự cố chờ xử lý", "incident"),
    "expiring": ("Sắp hết hạn", "signing_device"),
    "purge": ("Chờ xác nhận tiêu hủy", "purge"),
}


@dataclass(frozen=True)
class Work:
    """One piece of work as the list shows it."""

    kind: str
    reason: str
    address: str
    symbol: str
    subject: str
    sender: str
    since: datetime | None
    due_at: datetime | None
    urgency: int
    urgency_label: str
    deadline: dict[str, object] | None
    group: str


GROUPS: dict[str, str] = {
    "late": "Quá hạn",
    "today": "Hôm nay",
    "soon": "Sắp đến hạn",
    "later": "Chưa đến hạn",
    "suspended": "Đang tạm dừng",
}


def work_of(by: Actor, at: datetime) -> list[Work]:
    """Everything that waits for this actor (and for those whose substitute the actor is)."""
    postings = orgs.acting_for(by.posting_id, at)
    with connection.cursor() as cursor:
        cursor.execute(
            WORK,
            {
                "agency_id": by.agency_id,
                "postings": postings,
                "posting_id": by.posting_id,
                "is_clerk": by.has(CLERK),
                "is_leader": by.has(LEADER),
                "today": clock.local(at).date(),
                "person_id": by.person_id,
                "announced": announced_until(at),
            },
        )
        rows = cursor.fetchall()
    calendar = orgs.working_calendar(by.agency_id or 0, at)
    work = [_work(row, at, calendar) for row in rows]
    order = list(GROUPS)
    far = datetime.max.replace(tzinfo=at.tzinfo)
    return sorted(
        work,
        key=lambda one: (order.index(one.group), -one.urgency, one.due_at or far, one.since or far),
    )


def _work(row: tuple, at: datetime, calendar: WorkingCalendar) -> Work:
    kind, target, symbol, subject, sender, since, due_at, urgency, is_suspended = row
    if kind in {"number", "issue"} and since is not None:
        due_at = deadlines.issue_by(since, Priority(urgency), calendar).value.latest
    reason, page = REASONS[kind]
    return Work(
        kind=kind,
        reason=reason,
        address=reverse(page, args=[target]),
        symbol=symbol or "",
        subject=subject,
        sender=sender or "",
        since=since,
        due_at=due_at,
        urgency=urgency,
        urgency_label=str(Urgency(urgency).label),
        deadline=_until_end(due_at, at)
        if kind == "expiring"
        else deadline_of(due_at, calendar, at),
        group=_group(
            due_at, 1 if kind in {"incident", "purge"} else urgency, is_suspended, at, calendar
        ),
    )


def _until_end(ends_at: datetime, at: datetime) -> dict[str, object]:
    """A certificate counts by days of the calendar, not by working hours."""
    left = days_left(ends_at, at)
    text, state = (f"Còn {left} ngày", "due") if left else ("Đã hết hạn", "late")
    return {"text": text, "state": state, "at": ends_at}


def _group(
    due_at: datetime | None,
    urgency: int,
    is_suspended: bool,
    at: datetime,
    calendar: WorkingCalendar,
) -> str:
    if is_suspended:
        return "suspended"
    if due_at is not None and due_at < at:
        return "late"
    if urgency > 0:
        return "today"
    if due_at is None:
        return "later"
    today = clock.local(at).date()
    due_on = clock.local(due_at).date()
    if due_on <= today:
        return "today"
    return "soon" if due_on <= calendar.add_working_days(today, 2) else "later"


@admins_too
@needs()
@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """The first page after signing in; an administration account has no desk."""
    if request.session_row.kind == ADMIN:
        page = "trust" if request.actor.has(SYSTEM_ADMIN) else "accounts"
        return redirect(page if request.actor.roles else "account")
    at = clock.now()
    work = work_of(request.actor, at)
    groups = [
        {"key": key, "title": title, "rows": [one for one in work if one.group == key]}
        for key, title in GROUPS.items()
    ]
    return show(
        request,
        "desk/my_work.html",
        title="Việc của tôi",
        active="my_work",
        groups=[group for group in groups if group["rows"]],
        total=len(work),
        at=at,
    )
