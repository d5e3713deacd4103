"""Giao việc: the tasks given to me and by me, one task, and the orders on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.channels.queries.inbound import inbound_notices
from congvu.channels.tell import mark_notices_seen as mark_inbound_seen
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.mailboxes.queries.notices import mail_notices
from congvu.mailboxes.tell import mark_notices_seen as mark_mail_seen
from congvu.orgs import queries as orgs
from congvu.orgs.types import LEADER
from congvu.signing.queries.custody import custody_notices
from congvu.signing.tell import mark_notices_seen
from congvu.tasks import access, queries
from congvu.tasks.accept import accept_task
from congvu.tasks.close import close_task
from congvu.tasks.remind import mark_seen
from congvu.tasks.report_progress import report_progress
from congvu.tasks.suspend import resume_task, suspend_task
from congvu.web.desk.deadline_words import deadline_of
from congvu.web.desk.frame import done, show
from congvu.web.environment import due, moment
from congvu.web.shell.doors import ADMIN, admins_too, needs

WHOSE = (("mine", "Giao cho tôi"), ("given", "Tôi giao"), ("all", "Toàn cơ quan"))


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The lists of tasks."""
    by, at = request.actor, clock.now()
    whose = request.GET.get("cua", "given" if by.has(LEADER) else "mine")
    is_open = request.GET.get("xong") != "1"
    calendar = orgs.working_calendar(by.agency_id, at)
    rows = []
    for task in queries.tasks_for(by, whose=whose, is_open=is_open):
        words = deadline_of(task.due_at, calendar, at) if is_open else None
        rows.append((task, words))
    views = [
        {"label": label, "href": f"?cua={key}", "current": key == whose and is_open}
        for key, label in WHOSE
        if key != "all" or by.has(LEADER)
    ]
    views.append({"label": "Đã hoàn thành", "href": f"?cua={whose}&xong=1", "current": not is_open})
    return show(
        request, "desk/tasks/list.html", title="Giao việc", active="tasks", rows=rows, tabs=views
    )


@require_GET
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task with its parts, progress and orders."""
    by = request.actor
    row = access.task_for(by, task_id)
    shown = queries.task_row(by, task_id)
    if shown is None:
        raise refusal("tasks.E001")
    leads = access.leads(row, by)
    return show(
        request,
        "desk/tasks/task.html",
        title=shown.title,
        active="tasks",
        task=shown,
        part_rows=[
            {
                "who": f"{one.full_name}, {one.title}",
                "part": one.part_label,
                "due": due(one.due_at),
                "accepted": moment(one.accepted_at),
                "done": moment(one.done_at),
            }
            for one in shown.parts
        ],
        progress=queries.progress_of([task_id]),
        orders={
            "accept": leads and shown.state == "assigned",
            "report": shown.state in {"assigned", "in_work"},
            "close": (leads or by.has(LEADER)) and shown.state in {"assigned", "in_work"},
            "answer": leads and shown.arrival_id is not None and shown.state == "in_work",
            "suspend": row.by_id == by.posting_id and shown.state in {"assigned", "in_work"},
            "resume": row.by_id == by.posting_id and shown.state == "suspended",
        },
    )


@require_POST
def accept(request: HttpRequest, task_id: int) -> HttpResponse:
    """Nhận việc."""
    accept_task(task_id=task_id, by=request.actor, at=clock.now())
    return done(request, "Đã nhận việc.", "task", task_id)


@require_POST
def report(request: HttpRequest, task_id: int) -> HttpResponse:
    """Cập nhật tiến độ."""
    percent = request.POST.get("percent", "")
    report_progress(
        task_id=task_id,
        percent=int(percent) if percent.isdecimal() and len(percent) < 4 else -1,
        text=request.POST.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã cập nhật tiến độ.", "task", task_id)


@require_POST
def close(request: HttpRequest, task_id: int) -> HttpResponse:
    """Hoàn thành."""
    close_task(task_id=task_id, note=request.POST.get("note", ""), by=request.actor, at=clock.now())
    return done(request, "Đã hoàn thành công việc.", "task", task_id)


@require_POST
def suspend(request: HttpRequest, task_id: int) -> HttpResponse:
    """Tạm dừng."""
    reason = request.POST.get("reason", "")
    suspend_task(task_id=task_id, reason=reason, by=request.actor, at=clock.now())
    return done(request, "Đã tạm dừng; đồng hồ ngừng tính.", "task", task_id)


@require_POST
def resume(request: HttpRequest, task_id: int) -> HttpResponse:
    """Tiếp tục."""
    resume_task(task_id=task_id, by=request.actor, at=clock.now())
    return done(request, "Đã tiếp tục; hạn được tính lại.", "task", task_id)


@admins_too
@needs()
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Thông báo: what I was told, newest first; opening the page marks it as seen."""
    by, at = request.actor, clock.now()
    is_admin = request.session_row.kind == ADMIN
    rows = [] if is_admin else [(one.at, "task", one) for one in queries.reminders_for(by)]
    of_keys = custody_notices(by.posting_id)
    rows += [(one.at, "custody", one) for one in of_keys]
    of_inbound = [] if is_admin else inbound_notices(by.posting_id)
    rows += [(one.at, "inbound", one) for one in of_inbound]
    of_mail = [] if is_admin else mail_notices(by.posting_id)
    rows += [(one.at, "mail", one) for one in of_mail]
    rows.sort(key=lambda row: row[0], reverse=True)
    if not is_admin:
        mark_seen(posting_id=by.posting_id, at=at)
    if any(one.seen_at is None for one in of_keys):
        mark_notices_seen(posting_id=by.posting_id, at=at)
    if any(one.seen_at is None for one in of_inbound):
        mark_inbound_seen(posting_id=by.posting_id, at=at)
    if any(one.seen_at is None for one in of_mail):
        mark_mail_seen(posting_id=by.posting_id, at=at)
    return show(
        request,
        "desk/tasks/notices.html",
        title="Thông báo",
        rows=rows,
        pages={"device": "signing_device", "report": "loss_report", "arrival": "arrival"},
    )
