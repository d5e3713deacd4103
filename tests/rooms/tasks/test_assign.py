"""Work is given on what stands in the register, with a deadline that tells its reason (ND30.23)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House, make_official
from congvu.documents import access
from congvu.documents.models import Arrival
from congvu.documents.states import ArrivalState
from congvu.orgs.models import Posting
from congvu.orgs.types import OFFICIAL
from congvu.rules.words import VIETNAM
from congvu.tasks.assign import Parts
from congvu.tasks.direct import write_direction
from congvu.tasks.models import Assignment, Direction, Presentation, Task
from congvu.tasks.present import present_arrival
from congvu.tasks.queries import tasks_for
from congvu.timers.models import Timer
from letters import SUBJECT, arrived, at_once, behind_the_wall, registered, task_on
from paperwork import refused

FRIDAY = date(2022, 2, 18)


@pytest.mark.django_db
@pytest.mark.clause("QC.5.1", "ND30.23.2", "ND30.23.4")
def test_everybody_gets_a_part_and_may_read_the_document(
    house: House, committee: House, at: datetime
) -> None:
    arrival = registered(committee, house, at)
    with refused("documents.E001"):
        access.document_for(house.drafter, arrival.document_id, to="read")
    parts = Parts(
        lead=house.drafter.posting_id or 0,
        support=[house.colleague.posting_id or 0, house.drafter.posting_id or 0],
        info=[house.head.posting_id or 0],
    )
    task = task_on(arrival, house, at, due_on=FRIDAY, parts=parts)
    given = dict(Assignment.objects.values_list("to_id", "part"))
    assert given == {
        house.drafter.posting_id: "lead",  # the strongest part counts, once
        house.colleague.posting_id: "support",
        house.head.posting_id: "info",
    }
    for reader in (house.drafter, house.colleague, house.head):
        assert access.document_for(reader, arrival.document_id, to="read")
    assert [row.id for row in tasks_for(house.colleague)] == [task.id]
    assert [row.id for row in tasks_for(house.leader, whose="given")] == [task.id]
    assert tasks_for(house.drafter, whose="all") == []  # only leaders see everybody's
    assert Arrival.objects.get(id=arrival.id).state == ArrivalState.ASSIGNED


@pytest.mark.django_db
@pytest.mark.clause("ND30.24")
def test_the_deadline_is_the_end_of_the_working_day_and_says_why(
    house: House, committee: House, at: datetime
) -> None:
    task = task_on(registered(committee, house, at), house, at, due_on=FRIDAY)
    assert task.due_at.astimezone(VIETNAM).date() == FRIDAY
    assert task.due_at.astimezone(VIETNAM).strftime("%H:%M") == "17:00"
    for key in ("clause", "calendar_version", "explanation"):
        assert task.due_finding[key]
    timer = Timer.objects.get(subject_kind="task", subject_id=task.id)
    assert (timer.due_at, timer.started_at) == (task.due_at, at)


@pytest.mark.django_db
def test_a_task_may_have_no_deadline(house: House, committee: House, at: datetime) -> None:
    task = task_on(registered(committee, house, at), house, at)
    assert (task.due_at, task.due_finding) == (None, {})
    assert Timer.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.clause("ND30.22.1")
def test_what_is_not_registered_creates_no_duty(
    house: House, committee: House, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    with refused("tasks.E002"):
        task_on(arrival, house, at)
    with refused("tasks.E002"):
        write_direction(arrival_id=arrival.id, text="Giao phòng.", by=house.leader, at=at)
    with refused("tasks.E002"):
        present_arrival(
            arrival_id=arrival.id,
            to_posting_id=house.leader.posting_id or 0,
            by=house.clerk,
            at=at,
        )
    assert (Task.objects.count(), Direction.objects.count(), Presentation.objects.count()) == (
        0,
        0,
        0,
    )


@pytest.mark.django_db
def test_orders_that_make_no_sense_are_refused(
    house: House, committee: House, at: datetime
) -> None:
    arrival = registered(committee, house, at)
    stranger = committee.drafter.posting_id or 0
    gone = make_official(house.agency, "Người Đã Nghỉ", OFFICIAL, at=at)
    Posting.objects.filter(id=gone.posting_id).update(valid_to=date(2022, 2, 13))
    for code, changed in (
        ("tasks.E004", {"parts": Parts(lead=0)}),
        ("tasks.E005", {"parts": Parts(lead=stranger)}),
        ("tasks.E005", {"parts": Parts(lead=gone.posting_id or 0)}),
        (
            "tasks.E005",
            {"parts": Parts(lead=house.drafter.posting_id or 0, info=[stranger])},
        ),
        ("tasks.E006", {"due_on": date(2022, 2, 13)}),
        ("documents.E002", {"by": house.clerk}),
        ("documents.E001", {"by": house.drafter}),
        ("documents.E001", {"by": committee.leader}),
    ):
        with refused(code):
            task_on(arrival, house, at, **changed)
    assert Task.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_double_click_gives_the_work_once(house: House, committee: House, at: datetime) -> None:
    arrival = registered(committee, house, at)
    said = at_once([lambda: task_on(arrival, house, at).id] * 3)
    assert [one for one in said if isinstance(one, str)] == ["tasks.E015"] * 2
    assert Task.objects.count() == 1
    other = task_on(arrival, house, at, lead=house.colleague)  # other work is not a second click
    assert other.state == "assigned"


@pytest.mark.django_db
@pytest.mark.clause("ND30.23.1")
def test_a_presentation_waits_for_its_leader_until_answered(
    house: House, committee: House, at: datetime
) -> None:
    arrival = registered(committee, house, at)
    leader = house.leader.posting_id or 0
    with behind_the_wall(house.clerk):
        present_arrival(arrival_id=arrival.id, to_posting_id=leader, by=house.clerk, at=at)
        with refused("tasks.E016"):
            present_arrival(arrival_id=arrival.id, to_posting_id=leader, by=house.clerk, at=at)
        for nobody in (house.drafter.posting_id, committee.leader.posting_id, 0):
            with refused("tasks.E011"):
                present_arrival(
                    arrival_id=arrival.id, to_posting_id=nobody or 0, by=house.clerk, at=at
                )
    assert Arrival.objects.get(id=arrival.id).state == ArrivalState.PRESENTED
    later = at + timedelta(hours=1)
    with behind_the_wall(house.leader):
        write_direction(arrival_id=arrival.id, text="Phòng TH xử lý.", by=house.leader, at=later)
        with refused("tasks.E017"):
            write_direction(
                arrival_id=arrival.id, text=" Phòng TH xử lý. ", by=house.leader, at=later
            )
    assert Presentation.objects.get().answered_at == later
    for text, code in (
        ("", "tasks.E003"),
        ("\u200b\x00", "tasks.E003"),
        ("x" * 4001, "tasks.E003"),
    ):
        with refused(code):
            write_direction(arrival_id=arrival.id, text=text, by=house.leader, at=later)


@pytest.mark.django_db
def test_the_word_of_a_leader_is_kept_as_typed(
    house: House, committee: House, at: datetime
) -> None:
    arrival = registered(committee, house, at)
    text = "Đồng ý.\nGiao Phòng Tổng hợp; xong trước 18/02."
    assert write_direction(arrival_id=arrival.id, text=text, by=house.leader, at=at).text == text
    task = task_on(arrival, house, at)
    assert task.title == SUBJECT
