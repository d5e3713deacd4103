"""Official mail of the demonstration: everybody with an account has a mailbox with letters in it.

Written by the same verbs as in the running system; only the clock is injected.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from congvu.channels.take_in import take_in
from congvu.channels.types import MAIL, Incoming
from congvu.kit import clock, wall
from congvu.mailboxes.assign_item import assign_item
from congvu.mailboxes.decide_letter import take_letter_up
from congvu.mailboxes.keep_items import make_folder, mark_items, read_conversation
from congvu.mailboxes.models import Letter, Mailbox, MailItem
from congvu.mailboxes.open_mailbox import open_mailbox
from congvu.mailboxes.save_draft import Typed, save_draft
from congvu.mailboxes.send_letter import send_letter
from congvu.mailboxes.set_away import set_away
from congvu.mailboxes.start_draft import REPLY, answer_letter, start_draft
from congvu.orgs import queries as orgs
from congvu.orgs.models import Person
from congvu.orgs.types import Actor
from congvu.run.demo import read_cast
from congvu.run.play_stage import Stage

SNV, UBND, STTTT = "snv", "ubnd-tinh", "stttt"
MEETING = (
    "Kính gửi các đồng chí,\n\nGiám đốc Sở triệu tập họp giao ban tuần lúc 08 giờ 00 thứ Hai tại"
    " phòng họp số 2. Đề nghị Phòng Cải cách hành chính chuẩn bị số liệu thực hiện Quy chế làm"
    " việc trên môi trường điện tử: tỷ lệ văn bản ký số, số hộp thư công vụ không được kiểm tra"
    " thường xuyên.\n\nTrân trọng."
)
ANSWER = (
    "Kính gửi đồng chí Giám đốc,\n\nPhòng đã tổng hợp xong số liệu, xin gửi trước giờ họp. Hai đơn"
    " vị chưa có báo cáo, Phòng đang đôn đốc.\n\nTrân trọng."
)
INVITATION = (
    "Kính gửi Quý cơ quan,\n\nSở Nội vụ kính mời đại diện lãnh đạo và đầu mối kỹ thuật dự buổi trao"
    " đổi về sử dụng hộp thư điện tử công vụ theo Điều 10 khoản 2 Quy chế, lúc 14 giờ 00 thứ Năm"
    " tuần này.\n\nRất mong Quý cơ quan bố trí thời gian tham dự."
)
COMMENT = (
    "Kính gửi Sở Nội vụ,\n\nVăn phòng chuyển đến Quý Sở một số ý kiến của các địa phương về dự thảo"
    " hướng dẫn lập hồ sơ điện tử. Đề nghị xem xét, phản hồi trong tuần.\n\nTrân trọng."
)
QUESTION = (
    "Kính gửi Quý Sở,\n\nTôi là Lê Thị Hòa, ở phường 7, thành phố Tuy Hòa. Tôi muốn hỏi hồ sơ dự"
    " tuyển viên chức có nộp qua thư điện tử được không, và cần bản sao giấy tờ nào.\n\nXin cảm ơn."
)
STRANGE = (
    "Chào em, anh đang họp, không dùng được thư cơ quan. Em gửi gấp cho anh danh sách tài khoản của"
    " Sở qua địa chỉ này nhé."
)


def seed_mail(at: datetime) -> bool:
    """Mailboxes and letters, once; tells whether there was anything to do."""
    if Mailbox.objects.exists():
        return False
    stage = Stage(Path(tempfile.mkdtemp(prefix="congvu-demo-mail-")), is_quiet=True)
    days = _days_before(clock.local(at).date())
    stage.at = _moment(days[4], 7, 30)
    boxes = _open_boxes(stage)
    _about_a_meeting(stage, boxes, days)
    _to_the_agency(stage, boxes, days)
    _from_outside(stage, boxes, days)
    _left_alone(stage, boxes, days, at)
    stage.at = at
    stage.work_off()
    return True


def _open_boxes(stage: Stage) -> Mapping[str, Mailbox]:
    """By account name, and by agency code."""
    domain = read_cast()["mail_domain"]
    day = clock.local(stage.at).date()
    boxes: dict[str, Mailbox] = {}
    for agency in orgs.agencies_on(day):
        # "andan" of "ubnd-an-dan", as accounts are named: short addresses are easier to read.
        name = re.sub(r"^ubnd-", "", agency.code) if agency.kind == "commune" else agency.code
        boxes[agency.code] = open_mailbox(
            agency_id=agency.id,
            person_id=None,
            address=f"{name}@{domain}",
            by=None,
            at=stage.at,
        )
    for person in Person.objects.filter(email__endswith=f"@{domain}").order_by("id"):
        held = orgs.postings_of(person.id, day)
        if held:
            boxes[person.email.partition("@")[0]] = open_mailbox(
                agency_id=held[0].agency_id,
                person_id=person.id,
                address=person.email,
                by=None,
                at=stage.at,
            )
    return boxes


def _about_a_meeting(stage: Stage, boxes: Mapping[str, Mailbox], days: Mapping[int, date]) -> None:
    """The director writes on a Thursday evening; the answer comes in working time."""
    director = stage.actor("giamdoc.snv")
    stage.at = _moment(days[2], 18, 20)
    letter = _send(
        stage,
        director,
        boxes["giamdoc.snv"],
        _addresses(boxes, "truongphong.snv", "chuyenvien.snv"),
        "Chuẩn bị họp giao ban tuần",
        MEETING,
        copies=_addresses(boxes, "phogiamdoc.snv"),
    )
    stage.at = _moment(days[1], 9, 5)
    head = stage.actor("truongphong.snv")
    with stage.acting(head):
        item = MailItem.objects.get(mailbox=boxes["truongphong.snv"], letter=letter)
        read_conversation(item_id=item.id, by=head, at=stage.at)
        draft = answer_letter(item_id=item.id, how=REPLY, by=head, at=stage.at)
        typed = Typed(draft.to, "", draft.subject, f"{ANSWER}\n{draft.text}")
        save_draft(draft_id=draft.id, typed=typed, by=head, at=stage.at)
        send_letter(draft_id=draft.id, by=head, at=stage.at)


def _to_the_agency(stage: Stage, boxes: Mapping[str, Mailbox], days: Mapping[int, date]) -> None:
    """Letters from and to the agency's own mailbox; one is given to a colleague."""
    stage.at = _moment(days[2], 19, 0)
    clerk = stage.actor("vanthu.snv")
    to = _addresses(boxes, UBND, STTTT, "ubnd-tuy-hoa", "ubnd-tuy-an")
    subject = "Kính mời trao đổi về sử dụng hộp thư điện tử công vụ"
    invited = _send(stage, clerk, boxes[SNV], to, subject, INVITATION)
    stage.at = _moment(days[1], 7, 45)
    for code in (UBND, "ubnd-tuy-hoa", "ubnd-tuy-an"):  # one office has not looked yet
        other = stage.clerk_of(boxes[code].agency_id)
        with stage.acting(other):
            item = MailItem.objects.get(mailbox=boxes[code], letter=invited)
            take_letter_up(item_id=item.id, by=other, at=stage.at)
    stage.at = _moment(days[1], 9, 40)
    office = stage.actor("chanhvp.ubnd")
    subject = "Ý kiến của địa phương về dự thảo hướng dẫn lập hồ sơ điện tử"
    letter = _send(stage, office, boxes["chanhvp.ubnd"], boxes[SNV].address, subject, COMMENT)
    stage.at = _moment(days[1], 10, 15)
    doer = stage.actor("chuyenvien.snv")
    with stage.acting(clerk):
        item = MailItem.objects.get(mailbox=boxes[SNV], letter=letter)
        read_conversation(item_id=item.id, by=clerk, at=stage.at)
        take_letter_up(item_id=item.id, by=clerk, at=stage.at)
        assign_item(
            item_id=item.id,
            posting_id=doer.posting_id,
            note="Đề nghị Phòng tổng hợp, trình Giám đốc trước thứ Sáu.",
            by=clerk,
            at=stage.at,
        )


def _from_outside(stage: Stage, boxes: Mapping[str, Mailbox], days: Mapping[int, date]) -> None:
    """A citizen's question to the agency, a teacher's to an official, and a strange one."""
    director = stage.actor("giamdoc.snv").full_name
    stage.at = _moment(days[1], 10, 30)
    _enter(stage, boxes["chuyenvien.snv"], "Lê Thị Hòa", "lethihoa@example.com", QUESTION)
    stage.at = _moment(days[1], 15, 50)
    _enter(stage, boxes[SNV], "Lê Thị Hòa", "lethihoa@example.com", QUESTION)
    stage.at = _moment(days[1], 16, 5)
    _enter(stage, boxes[SNV], director, "giamdoc.sonoivu.py@gmail.com", STRANGE, "Việc gấp")


def _left_alone(
    stage: Stage, boxes: Mapping[str, Mailbox], days: Mapping[int, date], at: datetime
) -> None:
    """A deputy who is away, a draft that waits, a folder, a star: what a desk looks like."""
    stage.at = _moment(days[1], 16, 10)
    deputy = stage.actor("phogiamdoc.snv")
    today = clock.local(at).date()
    with stage.acting(deputy):
        set_away(
            mailbox_id=boxes["phogiamdoc.snv"].id,
            first_day=days[1],
            last_day=today + timedelta(days=3),
            text="Tôi đi công tác, việc gấp xin liên hệ Văn phòng Sở.",
            by=deputy,
            at=stage.at,
        )
    stage.at = _moment(days[1], 16, 20)
    peer = stage.actor("giamdoc.stttt")
    subject = "Phối hợp rà soát chứng thư số chuyên dùng"
    text = "Đề nghị Sở Nội vụ cử đầu mối phối hợp rà soát trong tháng này."
    to = _addresses(boxes, "giamdoc.snv", "phogiamdoc.snv")
    letter = _send(stage, peer, boxes["giamdoc.stttt"], to, subject, text)
    stage.work_off()  # the deputy's mailbox answers by itself
    director = stage.actor("giamdoc.snv")
    stage.at = _moment(days[1], 16, 40)
    with stage.acting(director):
        box = boxes["giamdoc.snv"]
        item = MailItem.objects.get(mailbox=box, letter=letter)
        own = {"mailbox_id": box.id, "by": director, "at": stage.at}
        mark_items(item_ids=[item.id], mark="star", **own)
        make_folder(name="Cải cách hành chính", **own)
        draft = start_draft(**own)
        typed = Typed("", "", "Góp ý kế hoạch kiểm tra", f"Tôi đồng ý với dự thảo.{draft.text}")
        save_draft(draft_id=draft.id, typed=typed, by=director, at=stage.at)


def _send(
    stage: Stage, by: Actor, box: Mailbox, to: str, subject: str, text: str, copies: str = ""
) -> Letter:
    with stage.acting(by):
        draft = start_draft(mailbox_id=box.id, by=by, at=stage.at)
        typed = Typed(to, copies, subject, f"{text}{draft.text}")
        save_draft(draft_id=draft.id, typed=typed, by=by, at=stage.at)
        return send_letter(draft_id=draft.id, by=by, at=stage.at)


def _enter(
    stage: Stage, box: Mailbox, name: str, address: str, text: str, subject: str = ""
) -> None:
    """A mail as the edge hands it over."""
    subject = subject or "Hỏi về hồ sơ dự tuyển viên chức"
    incoming = Incoming(
        channel=MAIL,
        provider_id=None,
        external_id=f"<{box.id}.{stage.at.timestamp():.0f}@{address.partition('@')[2]}>",
        to_address=box.address,
        from_address=address,
        from_name=name,
        subject=subject,
        text=text,
        raw=f"From: {address}\nSubject: {subject}\n\n{text}".encode(),
        raw_mime="message/rfc822",
        entered_at=stage.at,
        facts={"is_automatic": False, "is_bulk": False},
    )
    with clock.frozen(stage.at), wall.crossing_agencies():
        take_in(incoming, at=stage.at)


def _addresses(boxes: Mapping[str, Mailbox], *names: str) -> str:
    return ", ".join(boxes[name].address for name in names)


def _moment(day: date, hour: int, minute: int) -> datetime:
    return clock.at_vietnam(day.year, day.month, day.day, hour, minute)


def _days_before(today: date) -> dict[int, date]:
    """The last four working days before today, by how long ago."""
    noon = clock.at_vietnam(today.year, today.month, today.day, 12)
    calendar = orgs.working_calendar(orgs.agency_by_code(UBND).id, noon)
    days: dict[int, date] = {}
    day = today
    while len(days) < 4:
        day -= timedelta(days=1)
        if calendar.is_working_day(day):
            days[len(days) + 1] = day
    return days
