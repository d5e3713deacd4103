"""The story of `congvu play`: the Regulation itself travels the whole way, at its real dates.

Proposed on 21 January 2022 by the Department of Home Affairs, drafted, sent back once, reviewed,
signed, numbered 03, sealed and issued on 31 January 2022 (a day of the Tết holiday), received by
everybody on Monday 7 February 2022 at 07:30, registered, assigned, answered and filed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from congvu.documents.drafting.revise import revise_draft
from congvu.documents.drafting.send_back import send_back_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.incoming.answer_recall import agree_to_recall
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Document
from congvu.documents.outgoing.open_book import open_book
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.types import DraftContent, draft_of_text
from congvu.exchange.queries import deliveries_of, tally
from congvu.kit import clock, wall
from congvu.orgs import queries as orgs
from congvu.records.close import close_record
from congvu.records.file import file_document
from congvu.records.open import open_record
from congvu.run import play_acts as acts
from congvu.run.play_acts import Hands, Paper, Times
from congvu.run.play_stage import Stage
from congvu.tasks.accept import accept_task
from congvu.tasks.assign import Parts, assign_task
from congvu.tasks.close import close_task
from congvu.tasks.direct import write_direction
from congvu.tasks.models import Escalation, Task
from congvu.tasks.report_progress import report_progress
from congvu.timers.escalate import escalate_due

PROVINCE, HOME_AFFAIRS = "ubnd-tinh", "snv"
SNV = Hands("chuyenvien.snv", "truongphong.snv", "vanthu.snv", "giamdoc.snv")
UBND = Hands("chuyenvien.ubnd", "truongphong.ubnd", "vanthu.ubnd", "chutich.ubnd")
TUY_AN = Hands("chuyenvien.tuyan", "truongphong.tuyan", "vanthu.tuyan", "chutich.tuyan")


@dataclass(frozen=True)
class Script:
    """What is issued: the text, and what the story knows of it."""

    text: str
    subject: str
    type_code: str = "quyet-dinh-qppl"
    in_force_on: date | None = date(2022, 2, 18)


@dataclass
class Told:
    """What the story has brought forth, for the papers and for the tests."""

    proposal: Document
    decision: Document
    request: Document
    report: Document
    letter: Document


def tell(stage: Stage, script: Script) -> Told:
    """Tell the whole story; every act may refuse, and then the story fails."""
    stage.scene("Sở Nội vụ đề nghị ban hành")
    proposal = _proposal(stage, script)
    stage.scene("UBND tỉnh tiếp nhận, giao soạn thảo")
    arrival = _take_up(stage, proposal)
    stage.scene("Soạn thảo, trả lại, hoàn chỉnh, ký số, cấp số, phát hành")
    decision = _decision(stage, script, arrival)
    stage.scene("Các cơ quan tiếp nhận sau kỳ nghỉ Tết")
    _everybody_registers(stage, decision)
    stage.scene("Sở Nội vụ đôn đốc thực hiện; một cơ quan trả lại")
    request = _request(stage)
    stage.scene("UBND huyện Tuy An thực hiện và báo cáo")
    report = _report(stage, request)
    stage.scene("UBND thành phố Tuy Hòa chậm và bị nhắc")
    _late(stage, request)
    stage.scene("Thu hồi một văn bản gửi nhầm")
    letter = _wrong_letter(stage)
    stage.scene("Lập hồ sơ")
    _file(stage, arrival, proposal, decision)
    return Told(proposal, decision, request, report, letter)


def _proposal(stage: Stage, script: Script) -> Document:
    stage.set_clock("21/01/2022 07:45")
    clerk = stage.actor("vanthu.snv")
    with stage.acting(clerk):
        open_book(
            type_code="to-trinh",
            year=2022,
            last_number=44,
            last_on=date(2022, 1, 20),
            basis="Sổ đăng ký văn bản đi năm 2022 trước khi dùng Hệ thống",
            by=clerk,
            at=stage.at,
        )
    stage.tell(clerk, "Tiếp quản sổ tờ trình năm 2022, số cuối đã cấp là 44", "ND30.15.1")
    content = DraftContent(
        blocks=draft_of_text(
            "Thực hiện nhiệm vụ được giao, Sở Nội vụ đã chủ trì, phối hợp với các cơ quan liên quan"
            " xây dựng dự thảo văn bản sau đây và đã tổng hợp, tiếp thu ý kiến góp ý.\n"
            f"Sở Nội vụ kính trình Ủy ban nhân dân tỉnh xem xét, {script.subject}."
        ).blocks,
        addressees=("Ủy ban nhân dân tỉnh",),
    )
    paper = Paper(
        "to-trinh",
        f"Về việc {script.subject}",
        content,
        [orgs.agency_by_code(PROVINCE).id],
    )
    return acts.way_out(
        stage,
        paper,
        SNV,
        Times(
            "21/01/2022 08:15",
            "21/01/2022 09:00",
            "21/01/2022 09:20",
            "21/01/2022 10:05",
            "21/01/2022 10:20",
            "21/01/2022 10:30",
        ),
    )


def _take_up(stage: Stage, proposal: Document) -> Arrival:
    stage.tell_arrival(proposal.id, orgs.agency_by_code(PROVINCE).id)
    arrival = acts.way_in(stage, proposal, "vanthu.ubnd", "21/01/2022 13:40", "chutich.ubnd")
    task = _direct(
        stage,
        arrival,
        "chutich.ubnd",
        "chuyenvien.ubnd",
        "21/01/2022 15:10",
        "Đồng ý chủ trương. Giao chuyên viên thẩm tra, hoàn chỉnh, trình ký trước Tết.",
        date(2022, 1, 31),
    )
    _accept(stage, task, "chuyenvien.ubnd", "24/01/2022 07:35")
    return arrival


def _decision(stage: Stage, script: Script, arrival: Arrival) -> Document:
    stage.set_clock("24/01/2022 07:50")
    clerk = stage.actor("vanthu.ubnd")
    if script.type_code.endswith("-qppl"):
        with stage.acting(clerk):
            open_book(
                type_code=script.type_code,
                year=2022,
                last_number=2,
                last_on=date(2022, 1, 14),
                basis="Quyết định quy phạm pháp luật 01 và 02 năm 2022 đã ban hành trước",
                by=clerk,
                at=stage.at,
            )
        stage.tell(clerk, "Tiếp quản sổ quyết định quy phạm, số cuối đã cấp là 02", "ND30.15.1")
    everybody = [one.id for one in orgs.agencies_on(date(2022, 1, 24))]
    province = orgs.agency_by_code(PROVINCE).id
    content = draft_of_text(script.text)
    paper = Paper(
        script.type_code,
        script.subject[0].upper() + script.subject[1:],
        content,
        [one for one in everybody if one != province],
        in_force_on=script.in_force_on,
        reply_to_arrival_id=arrival.id,
    )
    document = acts.draft(stage, paper, UBND, "24/01/2022 08:30")
    acts.submit(stage, document, UBND)
    _send_back_once(stage, document, content)
    times = Times(
        "24/01/2022 08:30",
        "26/01/2022 08:40",
        "26/01/2022 09:15",
        "31/01/2022 08:50",
        "31/01/2022 09:05",
        "31/01/2022 09:10",
    )
    acts.approve_and_sign(stage, document, UBND, times)
    return acts.number_and_issue(stage, document, UBND, times)


def _send_back_once(stage: Stage, document: Document, content: DraftContent) -> None:
    stage.set_clock("24/01/2022 16:20")
    reviewer = stage.actor(UBND.reviewer)
    reason = "Bổ sung phần nơi nhận: các cơ quan thuộc ba cấp và Sở Tư pháp để kiểm tra văn bản."
    with stage.acting(reviewer):
        send_back_draft(document_id=document.id, reason=reason, by=reviewer, at=stage.at)
    stage.tell(reviewer, f"Trả lại dự thảo: {reason}", "ND30.12")
    stage.set_clock("25/01/2022 09:30")
    drafter = stage.actor(UBND.drafter)
    received_by = (
        "Như Điều 3",
        "Thường trực Tỉnh ủy, Thường trực HĐND tỉnh",
        "Cục Kiểm tra văn bản quy phạm pháp luật - Bộ Tư pháp",
        "Các cơ quan nhà nước ba cấp của tỉnh (gửi trên Hệ thống)",
    )
    revised = DraftContent(
        blocks=content.blocks,
        attached=content.attached,
        issuing_authority=content.issuing_authority,
        received_by=received_by,
    )
    with stage.acting(drafter):
        revise_draft(
            document_id=document.id, base_ordinal=1, content=revised, by=drafter, at=stage.at
        )
        submit_draft(
            document_id=document.id,
            base_ordinal=2,
            reviewer_posting_id=reviewer.posting_id,
            form_reviewer_posting_id=stage.actor(UBND.clerk).posting_id,
            by=drafter,
            at=stage.at,
        )
    stage.tell(drafter, "Hoàn chỉnh phiên bản 2 và trình lại", "ND30.11")


def _everybody_registers(stage: Stage, decision: Document) -> None:
    stage.tell_arrival(decision.id, orgs.agency_by_code(HOME_AFFAIRS).id)
    stage.set_clock("07/02/2022 07:40")
    arrivals = list(Arrival.objects.filter(document=decision).order_by("agency_id"))
    for arrival in arrivals:
        clerk = stage.clerk_of(arrival.agency_id)
        with stage.acting(clerk):
            register_arrival(arrival_id=arrival.id, by=clerk, at=stage.at)
    stage.tell(None, f"{len(arrivals)} cơ quan tiếp nhận, đăng ký văn bản đến", "ND30.22")
    stage.work_off()
    with clock.frozen(stage.at), wall.crossing_agencies():
        counts = tally(deliveries_of(decision.id, decision.agency_id))
    for label, count in counts.items():
        stage.line(f"       {label}: {count} cơ quan")


def _request(stage: Stage) -> Document:
    districts = [one.id for one in orgs.agencies_on(date(2022, 2, 7)) if one.kind == "district"]
    wrong = orgs.agency_by_code("sgtvt").id
    content = DraftContent(
        blocks=draft_of_text(
            "Thực hiện Quyết định số 03/2022/QĐ-UBND, Sở Nội vụ đề nghị Ủy ban nhân dân các huyện,"
            " thị xã, thành phố rà soát việc cấp hộp thư điện tử công vụ, chữ ký số và báo cáo"
            " kết quả về Sở Nội vụ trước ngày 16 tháng 02 năm 2022."
        ).blocks,
        addressees=("Ủy ban nhân dân các huyện, thị xã, thành phố",),
    )
    paper = Paper(
        "cong-van",
        "Chuẩn bị thực hiện Quy chế làm việc trên môi trường điện tử",
        content,
        [*districts, wrong],
    )
    request = acts.way_out(
        stage,
        paper,
        SNV,
        Times(
            "07/02/2022 08:30",
            "07/02/2022 09:10",
            "07/02/2022 09:30",
            "07/02/2022 10:00",
            "07/02/2022 10:10",
            "07/02/2022 10:15",
        ),
    )
    stage.set_clock("07/02/2022 14:00")
    clerk = stage.clerk_of(wrong)
    reason = "Công văn gửi UBND cấp huyện; Sở Giao thông vận tải không phải đối tượng thực hiện."
    arrival = Arrival.objects.get(document=request, agency_id=wrong)
    with stage.acting(clerk):
        hand_back_arrival(arrival_id=arrival.id, reason=reason, by=clerk, at=stage.at)
    stage.tell(clerk, f"Trả lại: {reason}", "ND30.21.2.b")
    stage.work_off()
    return request


def _report(stage: Stage, request: Document) -> Document:
    arrival = acts.way_in(stage, request, "vanthu.tuyan", "07/02/2022 15:00", "chutich.tuyan")
    task = _direct(
        stage,
        arrival,
        "chutich.tuyan",
        "chuyenvien.tuyan",
        "07/02/2022 16:00",
        "Phòng Nội vụ rà soát, dự thảo báo cáo trình tôi ký.",
        date(2022, 2, 15),
    )
    _accept(stage, task, "chuyenvien.tuyan", "08/02/2022 07:40")
    stage.set_clock("09/02/2022 10:00")
    by = stage.actor("chuyenvien.tuyan")
    with stage.acting(by):
        report_progress(
            task_id=task.id,
            percent=60,
            text="Đã rà soát 15/15 xã, thị trấn; đang tổng hợp.",
            by=by,
            at=stage.at,
        )
    stage.tell(by, "Cập nhật tiến độ 60 %", "ND30.24")
    paper = Paper(
        "bao-cao",
        "Kết quả rà soát hộp thư điện tử công vụ và chữ ký số",
        DraftContent(
            blocks=draft_of_text(
                "1. Kết quả: 100 % cơ quan đã có hộp thư điện tử công vụ.\n"
                "2. Khó khăn: một số chữ ký số sắp hết hạn.\n"
                "3. Kiến nghị: đề nghị gia hạn trước ngày 18 tháng 02 năm 2022."
            ).blocks,
            addressees=("Sở Nội vụ",),
        ),
        [request.agency_id],
        reply_to_arrival_id=arrival.id,
    )
    report = acts.way_out(
        stage,
        paper,
        TUY_AN,
        Times(
            "10/02/2022 08:30",
            "10/02/2022 10:00",
            "10/02/2022 10:30",
            "11/02/2022 16:30",
            "11/02/2022 16:45",
            "11/02/2022 18:40",
        ),
    )
    task.refresh_from_db()
    stage.tell(None, f"Báo cáo đã phát hành khép công việc: {task.get_state_display()}", "ND30.24")
    stage.tell_arrival(report.id, request.agency_id)
    return report


def _late(stage: Stage, request: Document) -> None:
    clerk = "vanthu.tuyhoa"
    arrival = acts.way_in(stage, request, clerk, "14/02/2022 07:50", "chutich.tuyhoa")
    task = _direct(
        stage,
        arrival,
        "chutich.tuyhoa",
        "chuyenvien.tuyhoa",
        "14/02/2022 08:30",
        "Phòng Nội vụ báo cáo ngay.",
        date(2022, 2, 15),
    )
    for when in ("15/02/2022 15:30", "15/02/2022 17:00", "16/02/2022 17:00"):
        stage.set_clock(when)
        with clock.frozen(stage.at), wall.crossing_agencies():
            rung = escalate_due(at=stage.at)
        stage.tell(None, f"Đồng hồ công việc: {rung} nấc nhắc việc", "ND30.24")
        newest = Escalation.objects.filter(task=task).order_by("id").last()
        if newest is not None:
            stage.line(f"       {newest.explanation}")
    stage.set_clock("17/02/2022 08:00")
    _accept(stage, task, "chuyenvien.tuyhoa", "17/02/2022 08:00")
    stage.set_clock("17/02/2022 10:30")
    by = stage.actor("chuyenvien.tuyhoa")
    with stage.acting(by):
        close_task(
            task_id=task.id,
            note="Đã báo cáo qua hộp thư công vụ; nhận khuyết điểm chậm hạn.",
            by=by,
            at=stage.at,
        )
    stage.tell(by, "Hoàn thành, chậm hạn", "ND30.24")
    stage.work_off()


def _wrong_letter(stage: Stage) -> Document:
    wrong = orgs.agency_by_code("ubnd-tuy-an-xa-an-dan").id
    paper = Paper(
        "cong-van",
        "Cử người dự tập huấn tại Sở Nội vụ",
        DraftContent(
            blocks=draft_of_text("Sở Nội vụ đề nghị quý cơ quan cử 02 người dự tập huấn.").blocks,
            addressees=("Ủy ban nhân dân xã An Dân",),
        ),
        [wrong],
    )
    letter = acts.way_out(
        stage,
        paper,
        SNV,
        Times(
            "17/02/2022 13:40",
            "17/02/2022 14:00",
            "17/02/2022 14:10",
            "17/02/2022 14:20",
            "17/02/2022 14:25",
            "17/02/2022 14:30",
        ),
    )
    stage.set_clock("17/02/2022 15:05")
    by = stage.actor("vanthu.snv")
    reason = "Gửi nhầm nơi nhận: công văn dành cho các phòng thuộc Sở."
    with stage.acting(by):
        recall_document(document_id=letter.id, reason=reason, by=by, at=stage.at)
    stage.tell(by, f"Thu hồi {letter.symbol}: {reason}", "ND30.18.4")
    stage.work_off()
    stage.set_clock("17/02/2022 15:40")
    clerk = stage.actor("vanthu.andan")
    arrival = Arrival.objects.get(document=letter, agency_id=wrong)
    with stage.acting(clerk):
        agree_to_recall(arrival_id=arrival.id, by=clerk, at=stage.at)
    stage.tell(clerk, "Đồng ý thu hồi, hủy văn bản trên Hệ thống, báo lại bên gửi", "ND30.18.4")
    stage.work_off()
    return letter


def _file(stage: Stage, arrival: Arrival, proposal: Document, decision: Document) -> None:
    stage.set_clock("18/02/2022 08:00")
    by = stage.actor("chuyenvien.ubnd")
    with stage.acting(by):
        record = open_record(
            title="Ban hành Quy chế làm việc trên môi trường điện tử",
            retention_code="01",
            by=by,
            at=stage.at,
        )
        for document in (proposal, decision):
            file_document(record_id=record.id, document_id=document.id, by=by, at=stage.at)
        close_record(record_id=record.id, work_ended_on=date(2022, 2, 18), by=by, at=stage.at)
    stage.tell(by, f"Lập hồ sơ {record.code}: 2 văn bản, kết thúc có mục lục", "QC.3.1")


def _direct(
    stage: Stage, arrival: Arrival, leader: str, lead: str, when: str, text: str, due_on: date
) -> Task:
    stage.set_clock(when)
    by, doer = stage.actor(leader), stage.actor(lead)
    with stage.acting(by):
        direction = write_direction(arrival_id=arrival.id, text=text, by=by, at=stage.at)
        task = assign_task(
            arrival_id=arrival.id,
            title=arrival.document.subject,
            parts=Parts(lead=doer.posting_id or 0),
            due_on=due_on,
            direction_id=direction.id,
            by=by,
            at=stage.at,
        )
    stage.tell(
        by,
        f"Bút phê: “{text}” Giao {doer.full_name} chủ trì.",
        "ND30.23.2",
        ("hạn xử lý", task.due_at),
    )
    stage.work_off()
    return task


def _accept(stage: Stage, task: Task, username: str, when: str) -> None:
    stage.set_clock(when)
    by = stage.actor(username)
    with stage.acting(by):
        accept_task(task_id=task.id, by=by, at=stage.at)
    stage.tell(by, "Nhận việc", "ND30.24")
    stage.work_off()
