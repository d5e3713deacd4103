"""Taking up, reporting, resting and ending a task; who may, and what the sender's side is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House
from congvu.documents.models import Arrival
from congvu.documents.states import ArrivalState
from congvu.kit import clock
from congvu.orgs.set_absence import set_absence
from congvu.tasks.accept import accept_task
from congvu.tasks.assign import Parts
from congvu.tasks.close import close_task
from congvu.tasks.models import Assignment, Progress, Task
from congvu.tasks.queries import tasks_for
from congvu.tasks.report_progress import report_progress
from congvu.tasks.states import TaskState
from congvu.tasks.suspend import resume_task, suspend_task
from congvu.timers.models import Timer
from congvu.timers.states import TimerState
from congvu.web.desk.counts import counts_for
from congvu.web.desk.my_work import work_of
from letters import behind_the_wall, registered, ring, sent, task_on
from paperwork import refused

pytestmark = pytest.mark.django_db
FRIDAY = date(2022, 2, 18)


@pytest.fixture
def task(house: House, committee: House, at: datetime) -> Task:
    """Work of the drafter, supported by the colleague, due on Friday."""
    parts = Parts(lead=house.drafter.posting_id or 0, support=[house.colleague.posting_id or 0])
    arrival = registered(committee, house, at)
    return task_on(arrival, house, at, due_on=FRIDAY, parts=parts)


def state(task: Task) -> tuple[str, str]:
    task.refresh_from_db()
    return task.state, Arrival.objects.get(id=task.arrival_id).state


@pytest.mark.clause("QC.10.2", "ND30.24")
def test_the_lead_takes_the_work_up(house: House, task: Task, at: datetime) -> None:
    with refused("tasks.E008"):
        accept_task(task_id=task.id, by=house.colleague, at=at)
    with behind_the_wall(house.drafter):
        accept_task(task_id=task.id, by=house.drafter, at=at)
    assert state(task) == (TaskState.IN_WORK, ArrivalState.IN_WORK)
    assert Assignment.objects.get(part="lead").accepted_at == at
    assert Assignment.objects.get(part="support").accepted_at is None
    with refused("tasks.E007"):
        accept_task(task_id=task.id, by=house.drafter, at=at)


def test_who_takes_no_part_does_not_find_the_task(
    house: House, committee: House, task: Task, at: datetime
) -> None:
    for other in (house.clerk, house.archivist, committee.leader, committee.drafter):
        with refused("tasks.E001"):
            accept_task(task_id=task.id, by=other, at=at)
    with refused("tasks.E008"):  # the unit's head and the leader see it, but do not take it up
        accept_task(task_id=task.id, by=house.head, at=at)


@pytest.mark.clause("ND30.24", "QC.10.1")
def test_progress_is_kept_and_the_task_shows_its_leads(
    house: House, task: Task, at: datetime
) -> None:
    report_progress(task_id=task.id, percent=40, text="Đã rà soát.", by=house.drafter, at=at)
    report_progress(task_id=task.id, percent=90, text="Phần tôi xong.", by=house.colleague, at=at)
    task.refresh_from_db()
    assert task.percent == 40
    assert list(Progress.objects.order_by("id").values_list("percent", flat=True)) == [40, 90]
    for percent, text, code in (
        (-1, "x", "tasks.E009"),
        (101, "x", "tasks.E009"),
        (50, "  ", "tasks.E010"),
        (50, "x" * 2001, "tasks.E010"),
        (50, "\x00", "tasks.E010"),
    ):
        with refused(code):
            report_progress(task_id=task.id, percent=percent, text=text, by=house.drafter, at=at)


@pytest.mark.clause("ND30.24")
def test_closing_ends_everybodys_part_and_the_arrival(
    house: House, task: Task, at: datetime
) -> None:
    with refused("tasks.E008"):
        close_task(task_id=task.id, note="Xong.", by=house.colleague, at=at)
    with refused("tasks.E010"):
        close_task(task_id=task.id, note=" ", by=house.drafter, at=at)
    with behind_the_wall(house.drafter):
        close_task(task_id=task.id, note="Đã báo cáo.", by=house.drafter, at=at)
    assert state(task) == (TaskState.DONE, ArrivalState.DONE)
    assert (task.percent, task.closed_at, task.closing_note) == (100, at, "Đã báo cáo.")
    assert set(Assignment.objects.values_list("done_at", flat=True)) == {at}
    assert Timer.objects.get().state == TimerState.STOPPED
    with refused("tasks.E007"):
        close_task(task_id=task.id, note="Lần nữa.", by=house.leader, at=at)
    with refused("tasks.E007"):
        report_progress(task_id=task.id, percent=1, text="x", by=house.drafter, at=at)
    with refused("tasks.E013"):
        task_on(Arrival.objects.get(id=task.arrival_id), house, at)


def test_an_arrival_is_done_when_nothing_on_it_is_open(
    house: House, task: Task, at: datetime
) -> None:
    arrival = Arrival.objects.get(id=task.arrival_id)
    second = task_on(arrival, house, at, lead=house.colleague)
    close_task(task_id=task.id, note="Xong phần này.", by=house.drafter, at=at)
    assert Arrival.objects.get(id=arrival.id).state != ArrivalState.DONE
    close_task(task_id=second.id, note="Xong cả.", by=house.leader, at=at)
    assert Arrival.objects.get(id=arrival.id).state == ArrivalState.DONE


@pytest.mark.clause("ND30.24")
def test_the_answering_document_closes_the_task(
    house: House, committee: House, task: Task, at: datetime
) -> None:
    accept_task(task_id=task.id, by=house.drafter, at=at)
    asked = Arrival.objects.get(id=task.arrival_id).document
    elsewhere = sent(house, at, committee)  # answers nothing
    assert state(task)[0] == TaskState.IN_WORK
    answer = sent(house, at + timedelta(hours=1), committee, reply_to=asked)
    assert state(task) == (TaskState.DONE, ArrivalState.DONE)
    assert (task.closed_with_id, task.closed_at) == (answer.id, at + timedelta(hours=1))
    assert elsewhere.id != task.closed_with_id


def test_another_agencys_answer_closes_nothing(
    house: House, committee: House, neighbour: House, task: Task, at: datetime
) -> None:
    asked = Arrival.objects.get(id=task.arrival_id).document
    sent(neighbour, at, committee, reply_to=asked)
    assert state(task)[0] == TaskState.ASSIGNED


@pytest.mark.clause("ND30.24")
def test_rest_moves_the_deadline_by_the_working_time_that_rested(
    house: House, task: Task, at: datetime
) -> None:
    due = task.due_at
    with refused("tasks.E008"):
        suspend_task(task_id=task.id, reason="Chờ.", by=house.drafter, at=at)
    with refused("tasks.E012"):
        suspend_task(task_id=task.id, reason=" ", by=house.leader, at=at)
    suspend_task(task_id=task.id, reason="Chờ ý kiến Sở Tài chính.", by=house.leader, at=at)
    assert state(task)[0] == TaskState.SUSPENDED
    with refused("tasks.E007"):
        close_task(task_id=task.id, note="Xong.", by=house.drafter, at=at)
    wednesday = at + timedelta(days=2)
    resume_task(task_id=task.id, by=house.leader, at=wednesday)
    task.refresh_from_db()
    assert task.due_at == clock.at_vietnam(2022, 2, 22, 17)  # two working days, over a week-end
    assert task.due_at > due
    assert set(Assignment.objects.values_list("due_at", flat=True)) == {task.due_at}
    with refused("tasks.E007"):
        resume_task(task_id=task.id, by=house.leader, at=wednesday)


def test_a_task_without_a_deadline_may_rest_too(
    house: House, committee: House, at: datetime
) -> None:
    task = task_on(registered(committee, house, at), house, at)
    suspend_task(task_id=task.id, reason="Chờ.", by=house.leader, at=at)
    assert resume_task(task_id=task.id, by=house.leader, at=at).due_at is None


@pytest.mark.clause("QC.10.2")
def test_a_substitute_sees_and_does_the_work_while_the_other_is_away(
    house: House, task: Task, at: datetime
) -> None:
    set_absence(
        posting_id=house.drafter.posting_id or 0,
        substitute_id=house.colleague.posting_id,
        starts_at=at - timedelta(days=1),
        ends_at=at + timedelta(days=1),
        reason="Nghỉ phép",
        by=None,
        at=at,
    )
    Assignment.objects.filter(part="support").delete()
    with behind_the_wall(house.colleague):
        (waiting,) = work_of(house.colleague, at)
        assert waiting.reason == "Việc mới giao"
        assert counts_for(house.colleague)["tasks"] == 1
        assert [row.id for row in tasks_for(house.colleague)] == [task.id]
        accept_task(task_id=task.id, by=house.colleague, at=at)
        close_task(task_id=task.id, note="Làm thay.", by=house.colleague, at=at)
    assert state(task)[0] == TaskState.DONE
    assert Assignment.objects.get(part="lead").accepted_at == at


def test_when_the_other_is_back_the_substitute_sees_nothing_any_more(
    house: House, task: Task, at: datetime
) -> None:
    Assignment.objects.filter(part="support").delete()
    set_absence(
        posting_id=house.drafter.posting_id or 0,
        substitute_id=house.colleague.posting_id,
        starts_at=at,
        ends_at=at + timedelta(days=1),
        reason="Nghỉ phép",
        by=None,
        at=at,
    )
    with clock.frozen(at + timedelta(days=2)):
        assert tasks_for(house.colleague) == []
        assert counts_for(house.colleague)["tasks"] == 0
        with refused("tasks.E001"):
            accept_task(task_id=task.id, by=house.colleague, at=at + timedelta(days=2))
    ring(at)
