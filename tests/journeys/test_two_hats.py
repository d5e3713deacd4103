"""One person in two postings, and one person away: each works in exactly one quality at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cast import LONG_AGO, House
from congvu.orgs.models import Position, Posting
from congvu.orgs.set_absence import set_absence
from congvu.orgs.types import CLERK, LEADER
from congvu.tasks.present import present_arrival
from letters import arrived, registered, ring
from staff import client_for

pytestmark = pytest.mark.django_db


def shown(client: Client, name: str, *arguments: object) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.clause("S.08")
def test_a_clerk_of_two_agencies_sees_one_inbox_at_a_time(
    committee: House, department: House, neighbour: House, at: datetime
) -> None:
    position, _ = Position.objects.get_or_create(title="Văn thư", rank="staff")
    second = Posting.objects.create(
        person_id=department.clerk.person_id,
        agency=neighbour.agency,
        position=position,
        roles=[CLERK],
        valid_from=LONG_AGO,
    )
    here = arrived(committee, department, at, subject="Văn bản gửi Sở Nội vụ")
    there = arrived(committee, neighbour, at, subject="Văn bản gửi Sở Tài chính")
    client = client_for(department.clerk.posting_id or 0, at)
    assert "Văn bản gửi Sở Nội vụ" in shown(client, "incoming")
    assert "Văn bản gửi Sở Tài chính" not in shown(client, "incoming")
    assert client.get(reverse("arrival", args=[there.id])).status_code == 404

    client.post(reverse("switch_posting", args=[second.id]))
    assert "Văn bản gửi Sở Tài chính" in shown(client, "my_work")
    assert "Văn bản gửi Sở Nội vụ" not in shown(client, "incoming")
    assert client.post(reverse("register_arrival", args=[here.id])).status_code == 404
    assert client.post(reverse("register_arrival", args=[there.id])).status_code == 302
    assert there.__class__.objects.get(id=there.id).registration.by_id == second.id


def test_while_the_head_is_away_the_deputy_answers_what_was_presented(
    committee: House, department: House, at: datetime
) -> None:
    arrival = registered(committee, department, at, subject="Xin ý kiến chỉ đạo")
    present_arrival(
        arrival_id=arrival.id,
        to_posting_id=department.leader.posting_id or 0,
        by=department.clerk,
        at=at,
    )
    deputy = client_for(department.deputy.posting_id or 0, at)
    assert "Xin ý kiến chỉ đạo" not in shown(deputy, "my_work")
    set_absence(
        posting_id=department.leader.posting_id or 0,
        substitute_id=department.deputy.posting_id,
        starts_at=at - timedelta(hours=1),
        ends_at=at + timedelta(days=1),
        reason="Đi công tác",
        by=None,
        at=at,
    )
    assert "Xin ý kiến chỉ đạo" in shown(deputy, "my_work")
    assert '"my_work": 1' in shown(deputy, "counts")
    answer = deputy.post(
        reverse("direct_arrival", args=[arrival.id]),
        {"text": "Phòng TH xử lý.", f"part-{department.drafter.posting_id}": "lead"},
    )
    assert answer.status_code == 302
    ring(at)
    assert "Xin ý kiến chỉ đạo" not in shown(deputy, "my_work")
    assert '"my_work": 0' in shown(deputy, "counts")
    assert department.leader.has(LEADER)
