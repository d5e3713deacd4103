"""Two agencies write to each other: letter and reply, return and second sending, a recall."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cast import House
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.start import start_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.incoming.answer_recall import agree_to_recall, refuse_recall
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Document
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.types import RecipientChoice
from congvu.exchange.models import Delivery
from congvu.exchange.queries import receipts_of
from congvu.records.close import close_record
from congvu.records.file import file_document
from congvu.records.open import open_record
from congvu.tasks.accept import accept_task
from congvu.tasks.assign import Parts, assign_task
from congvu.tasks.direct import write_direction
from congvu.tasks.models import Task
from congvu.tasks.present import present_arrival
from congvu.tasks.report_progress import report_progress
from letters import REASON, arrival_at, behind_the_wall, ring
from paperwork import content, fresh, issued, refused

pytestmark = pytest.mark.django_db


def codes(document: Document) -> list[str]:
    return [row.code for row in receipts_of(document.id, document.agency_id)]


def state_of(document: Document, house: House) -> str:
    return Delivery.objects.get(document=document, to_agency=house.agency).state


@pytest.mark.clause("QC.5.1", "QC.9.1", "ND30.22", "ND30.23", "ND30.24", "ND30.29")
def test_a_letter_is_answered_and_the_answer_closes_the_work(
    committee: House, department: House, at: datetime
) -> None:
    letter = issued(committee, at, to=[department])
    ring(at)
    arrival, task = _handed_to_the_official(letter, department, at)
    reply = _answered(arrival, committee, department, at + timedelta(hours=2))
    ring(at + timedelta(hours=2))

    task.refresh_from_db()
    assert (task.state, task.closed_with_id) == ("done", reply.id)
    assert Arrival.objects.get(id=arrival.id).state == "done"
    assert codes(letter) == ["01", "03", "04", "05", "06"]
    assert reply.reply_to_id == letter.id
    assert codes(reply) == ["01"]
    assert arrival_at(reply, committee).state == "arrived"
    _filed_together(letter, reply, department, at + timedelta(hours=3))


def _handed_to_the_official(letter: Document, house: House, at: datetime) -> tuple[Arrival, Task]:
    arrival = arrival_at(letter, house)
    with behind_the_wall(house.clerk):
        register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
        present_arrival(
            arrival_id=arrival.id, to_posting_id=house.leader.posting_id or 0, by=house.clerk, at=at
        )
    at += timedelta(minutes=10)
    with behind_the_wall(house.leader):
        direction = write_direction(
            arrival_id=arrival.id, text="Phòng TH dự thảo trả lời.", by=house.leader, at=at
        )
        task = assign_task(
            arrival_id=arrival.id,
            title=letter.subject,
            parts=Parts(lead=house.drafter.posting_id or 0, info=[house.head.posting_id or 0]),
            due_on=date(2022, 2, 16),
            direction_id=direction.id,
            by=house.leader,
            at=at,
        )
    ring(at)
    at += timedelta(minutes=10)
    with behind_the_wall(house.drafter):
        accept_task(task_id=task.id, by=house.drafter, at=at)
        report_progress(task_id=task.id, percent=50, text="Đang soạn.", by=house.drafter, at=at)
    ring(at)
    return arrival, task


def _answered(arrival: Arrival, to: House, house: House, at: datetime) -> Document:
    """Every hand acts behind its own wall, as on the web."""
    with behind_the_wall(house.drafter):
        document = start_draft(
            type_code="bao-cao",
            subject="Kết quả rà soát quy trình gửi, nhận văn bản",
            content=content("1. Đã rà soát.\n2. Không có vướng mắc."),
            by=house.drafter,
            at=at,
            signer_posting_id=house.leader.posting_id,
            recipients=[RecipientChoice(to.agency.id)],
            reply_to_arrival_id=arrival.id,
        )
        submit_draft(document_id=document.id, base_ordinal=1, by=house.drafter, at=at)
    for reviewer in (house.head, house.clerk):
        with behind_the_wall(reviewer):
            approve_draft(document_id=document.id, by=reviewer, at=at)
    with behind_the_wall(house.leader):
        seen = fresh(document).base_file
        sign_document(document_id=document.id, seen_sha256=seen, by=house.leader, at=at)
    with behind_the_wall(house.clerk):
        number_document(document_id=document.id, by=house.clerk, at=at)
        issue_document(document_id=document.id, by=house.clerk, at=at)
    return fresh(document)


def _filed_together(letter: Document, reply: Document, house: House, at: datetime) -> None:
    with behind_the_wall(house.drafter):
        record = open_record(
            title="Rà soát quy trình", retention_code="06", by=house.drafter, at=at
        )
        ordinals = [
            file_document(record_id=record.id, document_id=one.id, by=house.drafter, at=at).ordinal
            for one in (letter, reply)
        ]
        closed = close_record(
            record_id=record.id, work_ended_on=date(2022, 2, 14), by=house.drafter, at=at
        )
    assert ordinals == [1, 2]
    assert closed.index_file


@pytest.mark.clause("ND30.21.2.b", "QC.9.1")
def test_a_letter_to_the_wrong_house_goes_back_and_is_sent_again_to_the_right_one(
    committee: House, department: House, neighbour: House, at: datetime
) -> None:
    wrong = issued(committee, at, to=[department])
    ring(at)
    with behind_the_wall(department.clerk):
        arrival = arrival_at(wrong, department)
        hand_back_arrival(arrival_id=arrival.id, reason=REASON, by=department.clerk, at=at)
    ring(at)
    assert state_of(wrong, department) == "02"
    assert Delivery.objects.get().state_reason == REASON
    with behind_the_wall(department.clerk), refused("documents.E003"):
        register_arrival(arrival_id=arrival.id, by=department.clerk, at=at)

    right = issued(committee, at, to=[neighbour], replaces_document_id=wrong.id)
    ring(at)
    assert fresh(wrong).state == "replaced"
    assert fresh(right).replaces_id == wrong.id
    with behind_the_wall(neighbour.clerk):
        again = arrival_at(right, neighbour)
        register_arrival(arrival_id=again.id, by=neighbour.clerk, at=at)
    ring(at)
    assert (codes(wrong), codes(right)) == (["01", "02"], ["01", "03"])
    assert right.number == wrong.number + 1


@pytest.mark.clause("ND30.18.4")
def test_a_recall_before_and_after_the_receivers_registered(
    committee: House, department: House, neighbour: House, at: datetime
) -> None:
    letter = issued(committee, at, to=[department, neighbour])
    ring(at)
    with behind_the_wall(department.clerk):
        early = arrival_at(letter, department)
        register_arrival(arrival_id=early.id, by=department.clerk, at=at)
    ring(at)
    with behind_the_wall(committee.clerk):
        recall_document(document_id=letter.id, reason=REASON, by=committee.clerk, at=at)
    ring(at)
    with behind_the_wall(neighbour.clerk), refused("documents.E301"):
        late = arrival_at(letter, neighbour)
        register_arrival(arrival_id=late.id, by=neighbour.clerk, at=at)
    with behind_the_wall(neighbour.clerk):
        agree_to_recall(arrival_id=late.id, by=neighbour.clerk, at=at)
    with behind_the_wall(department.clerk):
        refuse_recall(
            arrival_id=early.id, reason="Đã xử lý xong, đã gửi trả lời.", by=department.clerk, at=at
        )
    ring(at)
    assert (state_of(letter, department), state_of(letter, neighbour)) == ("16", "15")
    with behind_the_wall(neighbour.clerk):
        assert not Document.objects.filter(id=letter.id).exists()
    with behind_the_wall(department.clerk):
        assert Document.objects.filter(id=letter.id).exists()
    assert early.registration.number == 1
