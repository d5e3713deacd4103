"""What is ours: given to somebody, answered over its own channel, approved where that is wanted."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import yaml

from cast import House, make_department
from channel_double import Double
from congvu.channels.access import inbound_for
from congvu.channels.answer import answer_inbound
from congvu.channels.assign import assign_inbound
from congvu.channels.decide_answer import approve_answer, send_back_answer
from congvu.channels.enter_scopes import FOLDER
from congvu.channels.hand_over import hand_over_due
from congvu.channels.keep_decline_text import end_decline_text, keep_decline_text
from congvu.channels.models import Answer, Handling, InboundMessage, InboundNotice, Message, Scope
from congvu.channels.propose_answer import propose_answer
from congvu.channels.queries.where_to_turn import ways_on
from congvu.channels.take_in import take_in
from congvu.channels.types import MAIL, Outcome, Result
from congvu.orgs.read_profile import entries, read_profile
from congvu.timers.models import Timer
from paperwork import refused
from rooms.channels.conftest import own
from rooms.channels.test_inbound import letter

pytestmark = pytest.mark.django_db
TEXT = "Thủ tục nộp tại Bộ phận Một cửa, thời hạn 05 ngày làm việc."


def came(house: House, at: datetime, **more: object) -> InboundMessage:
    return take_in(letter(at, **more), at=at)


@pytest.mark.clause("QC.9.2", "QC.10.2")
def test_it_is_given_to_a_colleague_who_answers_over_the_same_channel(
    house: House, at: datetime
) -> None:
    inbound = came(house, at)
    with refused("channels.E001"):
        inbound_for(house.drafter, inbound.id, to="read")
    given = assign_inbound(
        inbound_id=inbound.id,
        to_posting_id=house.drafter.posting_id or 0,
        note="Trả lời trước thứ Tư.",
        due_on=date(2022, 3, 2),
        by=house.clerk,
        at=at,
    )
    assert given.due_at == datetime.fromisoformat("2022-03-02T17:00:00+07:00")
    assert Timer.objects.get().stopped_at == at
    told = InboundNotice.objects.get(kind="assigned")
    assert (told.to_id, "Trả lời trước thứ Tư." in told.text) == (house.drafter.posting_id, True)
    answer = answer_inbound(inbound_id=inbound.id, text=TEXT, by=house.drafter, at=at)
    assert answer.message.texts[MAIL]["text"] == TEXT
    assert answer.message.texts[MAIL]["in_reply_to"] == "<1@example.com>"
    assert answer.message.purpose == Message.Purpose.REPLY
    inbound.refresh_from_db()
    assert (inbound.state, inbound.decided_in) == ("answered", 0)
    assert Handling.objects.get().ended_at == at
    with refused("channels.E001"):  # the work is done; the words can still be read
        answer_inbound(inbound_id=inbound.id, text=TEXT, by=house.drafter, at=at)
    assert inbound_for(house.drafter, inbound.id, to="read") == inbound


def test_a_new_assignment_ends_the_former_one(house: House, at: datetime) -> None:
    inbound = came(house, at)
    for to in (house.drafter, house.head):
        assign_inbound(
            inbound_id=inbound.id,
            to_posting_id=to.posting_id or 0,
            note="",
            due_on=None,
            by=house.leader,
            at=at,
        )
    assert [one.ended_at for one in Handling.objects.order_by("id")] == [at, None]
    with refused("channels.E301"):
        assign_inbound(
            inbound_id=inbound.id,
            to_posting_id=house.head.posting_id or 0,
            note="",
            due_on=date(2022, 2, 1),
            by=house.leader,
            at=at,
        )
    with refused("channels.E300"):
        assign_inbound(
            inbound_id=inbound.id, to_posting_id=0, note="", due_on=None, by=house.leader, at=at
        )


@pytest.mark.clause("QC.10.2")
def test_nothing_leaves_before_the_leader_has_approved(house: House, at: datetime) -> None:
    inbound = came(house, at)
    sent = Message.objects.count()
    told = {"inbound_id": inbound.id, "by": house.leader, "at": at}
    with refused("channels.E306"):
        approve_answer(text=TEXT, **told)
    to = house.leader.posting_id or 0
    propose_answer(inbound_id=inbound.id, text=TEXT, to_posting_id=to, by=house.clerk, at=at)
    assert Message.objects.count() == sent
    with refused("channels.E305"):
        propose_answer(inbound_id=inbound.id, text=TEXT, to_posting_id=to, by=house.clerk, at=at)
    with refused("channels.E002"):
        approve_answer(inbound_id=inbound.id, text=TEXT, by=house.clerk, at=at)
    send_back_answer(reason="Nêu rõ lệ phí.", **told)
    assert InboundNotice.objects.get(kind="sent_back").to_id == house.clerk.posting_id
    propose_answer(inbound_id=inbound.id, text=TEXT, to_posting_id=to, by=house.clerk, at=at)
    answer = approve_answer(text=f"{TEXT} Không thu lệ phí.", **told)
    assert answer.message.texts[MAIL]["text"].endswith("Không thu lệ phí.")
    assert list(Answer.objects.values_list("state", flat=True)) == ["sent_back", "sent"]


def test_what_is_not_ours_is_not_answered_twice(house: House, at: datetime) -> None:
    inbound = came(house, at, facts={"is_automatic": True})
    with refused("channels.E302"):
        answer_inbound(inbound_id=inbound.id, text=TEXT, by=house.clerk, at=at)
    cannot = came(house, at, external_id="<2@x>")
    InboundMessage.objects.filter(id=cannot.id).update(facts={"can_answer": False})
    with refused("channels.E008"):
        answer_inbound(inbound_id=cannot.id, text=TEXT, by=house.clerk, at=at)
    with refused("channels.E303"):
        answer_inbound(inbound_id=cannot.id, text="Vâng", by=house.clerk, at=at)


@pytest.mark.clause("QC.10.2")
def test_whoever_wrote_an_answer_hears_that_it_did_not_arrive(house: House, at: datetime) -> None:
    Double.script = staticmethod(lambda item: Outcome(Result.PERMANENT, said="Hộp thư không có."))
    inbound = came(house, at)
    answer_inbound(inbound_id=inbound.id, text=TEXT, by=house.leader, at=at)
    hand_over_due(channel=MAIL)
    (told,) = InboundNotice.objects.all()
    assert (told.kind, told.to_id) == ("not_sent", house.leader.posting_id)
    assert "dan@example.com" in told.text


@pytest.mark.clause("QC.9.2.b")
def test_the_words_name_the_agency_that_answers_and_how_to_reach_it(
    house: House, at: datetime
) -> None:
    other = make_department(at, "Sở Tài nguyên và Môi trường", "STNMT")
    own(other, MAIL, "stnmt@phuyen.gov.vn", at)
    Scope.objects.create(
        agency=other.agency, topic="Đất đai, môi trường", valid_from=date(2020, 1, 1)
    )
    Scope.objects.create(agency=house.agency, topic="Văn thư", valid_from=date(2020, 1, 1))
    keep_decline_text(name="Điện", text="Đề nghị gọi 1900 0000.", by=house.clerk, at=at)
    (_, mine), (_, known) = ways_on(house.clerk, at)
    assert [one.name for one in mine] == ["Điện"]
    assert [one.name for one in known] == ["Đất đai, môi trường → Sở Tài nguyên và Môi trường"]
    assert "stnmt@phuyen.gov.vn" in known[0].text
    assert "không thuộc phạm vi giải quyết của Sở Nội vụ" in known[0].text
    kept = keep_decline_text(name="Điện", text="Đề nghị gọi 1900 0001.", by=house.clerk, at=at)
    assert [one.text for one in ways_on(house.clerk, at)[0][1]] == ["Đề nghị gọi 1900 0001."]
    end_decline_text(text_id=kept.id, by=house.clerk, at=at)
    assert len(ways_on(house.clerk, at)) == 1
    with refused("channels.E002"):
        keep_decline_text(name="Điện", text="Đề nghị gọi.", by=house.drafter, at=at)


def test_every_profile_names_agencies_that_exist() -> None:
    for written in FOLDER.glob("*.yaml"):
        known = {one.fields["code"] for one in entries(read_profile(written.stem))}
        named = {one["agency"] for one in yaml.safe_load(written.read_text("utf-8"))["scopes"]}
        assert named <= known, written.name
