"""Documents of the demonstration: the Regulation's own way in 2022, and a desk full of work today.

Everything is done by the same verbs as in the running system; only the clock is injected, and only
at moments that have passed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from congvu.documents.drafting.approve import approve_draft
from congvu.documents.models import Arrival, Document, Sensitivity
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.relabel import relabel_document
from congvu.documents.types import DraftContent, draft_of_text
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.run import play_acts as acts
from congvu.run.play_acts import Hands, Paper
from congvu.run.play_stage import Stage
from congvu.run.play_story import SNV, TUY_AN, UBND, tell
from congvu.run.play_theatre import regulation_text, script_of
from congvu.tasks.accept import accept_task
from congvu.tasks.assign import Parts, assign_task
from congvu.tasks.direct import write_direction

STTTT = Hands("chuyenvien.stttt", "truongphong.stttt", "vanthu.stttt", "giamdoc.stttt")
TUY_HOA = Hands("chuyenvien.tuyhoa", "truongphong.tuyhoa", "vanthu.tuyhoa", "chutich.tuyhoa")
BODY = (
    "Thực hiện Quy chế làm việc trên môi trường điện tử ban hành kèm theo Quyết định số"
    " 03/2022/QĐ-UBND, {who} đề nghị các cơ quan triển khai những nội dung sau:\n"
    "1. Rà soát tài khoản, hộp thư điện tử công vụ và chứng thư số của cán bộ, công chức.\n"
    "2. Tiếp nhận, đăng ký văn bản đến trong ngày; văn bản khẩn xử lý ngay.\n"
    "3. Báo cáo kết quả bằng văn bản điện tử có ký số trước thời hạn nêu trên./."
)


@dataclass(frozen=True)
class Piece:
    """A document of today: who, what, to whom, and how far it has come."""

    hands: Hands
    type_code: str
    subject: str
    recipients: Sequence[str]  # agency codes; ("*",) is everybody
    until: str  # draft, submitted, approved, signed, numbered, issued
    days_ago: int = 1
    urgency: int = 0
    addressees: tuple[str, ...] = ()


PIECES = (
    Piece(SNV, "cong-van", "Báo cáo kết quả thực hiện Quy chế làm việc trên môi trường điện tử"
          " tháng này", ("*",), "issued", 3, addressees=("Các cơ quan, địa phương trong tỉnh",)),
    Piece(STTTT, "cong-van", "Cung cấp danh sách đầu mối kỹ thuật phục vụ liên thông văn bản,"
          " rà soát chứng thư số chuyên dùng sắp hết hạn của cơ quan và của cá nhân, đồng thời"
          " đăng ký nhu cầu tập huấn sử dụng Hệ thống quản lý văn bản và điều hành cho cán bộ,"
          " công chức cấp xã",
          ("snv", "ubnd-tinh", "ubnd-tuy-an", "ubnd-tuy-hoa"), "issued", 2,
          addressees=("Sở Nội vụ", "Ủy ban nhân dân các huyện, thị xã, thành phố")),
    Piece(UBND, "thong-bao", "Kết luận của Chủ tịch Ủy ban nhân dân tỉnh tại cuộc họp giao ban"
          " về cải cách hành chính", ("snv", "stttt", "ubnd-tuy-hoa", "ubnd-tuy-an"), "issued", 1),
    Piece(TUY_HOA, "to-trinh", "Phê duyệt kế hoạch số hóa hồ sơ lưu trữ giai đoạn 2026 - 2030",
          ("ubnd-tinh", "snv"), "issued", 1, addressees=("Ủy ban nhân dân tỉnh",)),
    Piece(TUY_AN, "cong-van", "Khắc phục sự cố mất kết nối mạng diện rộng tại 03 xã do mưa lũ",
          ("stttt", "snv", "ubnd-tinh"), "issued", 1, 3, ("Sở Thông tin và Truyền thông",)),
    Piece(SNV, "ke-hoach", "Kiểm tra việc thực hiện Quy chế làm việc trên môi trường điện tử năm"
          " 2027", ("ubnd-tinh",), "approved", 1),
    Piece(SNV, "bao-cao", "Tình hình gửi, nhận văn bản điện tử quý này", ("ubnd-tinh",), "signed",
          1, addressees=("Ủy ban nhân dân tỉnh",)),
    Piece(SNV, "cong-van", "Cử cán bộ tham gia tổ giúp việc chuyển đổi số", ("stttt",), "numbered",
          1, addressees=("Sở Thông tin và Truyền thông",)),
    Piece(SNV, "thong-bao", "Lịch trực và xử lý văn bản khẩn ngoài giờ", ("stttt",), "draft", 1),
    Piece(SNV, "cong-van", "Hướng dẫn lập hồ sơ điện tử và nộp lưu", ("*",), "submitted", 1,
          addressees=("Các cơ quan, địa phương trong tỉnh",)),
    Piece(UBND, "quyet-dinh", "Ban hành danh mục văn bản điện tử gửi kèm bản giấy", ("*",),
          "approved", 1),
)  # fmt: skip


def seed_documents(at: datetime) -> bool:
    """Tell the story of 2022 and today's work, once; tells whether there was anything to do."""
    if Document.objects.exists():
        return False
    stage = Stage(Path(tempfile.mkdtemp(prefix="congvu-demo-")), is_quiet=True)
    tell(stage, script_of(regulation_text()))
    _make_public(stage, "03/2022/QĐ-UBND")
    days = _days_before(clock.local(at).date())
    for piece in sorted(PIECES, key=lambda one: -one.days_ago):
        _bring(stage, piece, days[piece.days_ago])
    _desk_of_home_affairs(stage, days)
    return True


def _make_public(stage: Stage, symbol: str) -> None:
    """A legal normative document is public; anybody may find it by number and day."""
    by = stage.actor(UBND.clerk)
    document = Document.objects.filter(symbol=symbol, agency_id=by.agency_id).first()
    if document is None:
        return
    with stage.acting(by):
        relabel_document(
            document_id=document.id,
            sensitivity=Sensitivity.PUBLIC,
            reason="Văn bản quy phạm pháp luật được công khai.",
            by=by,
            at=stage.at,
        )


def _days_before(today: date) -> dict[int, date]:
    """The last five working days before today, by how long ago."""
    noon = clock.at_vietnam(today.year, today.month, today.day, 12)
    calendar = orgs.working_calendar(orgs.agency_by_code("ubnd-tinh").id, noon)
    days: dict[int, date] = {}
    day = today
    while len(days) < 5:
        day -= timedelta(days=1)
        if calendar.is_working_day(day):
            days[len(days) + 1] = day
    return days


def _bring(stage: Stage, piece: Piece, day: date) -> None:
    """Bring one document as far as it has come."""
    stage.at = clock.at_vietnam(day.year, day.month, day.day, 7, 40)
    sender = stage.actor(piece.hands.drafter)
    content = DraftContent(
        blocks=draft_of_text(BODY.format(who=sender.agency_name)).blocks,
        addressees=piece.addressees,
    )
    paper = Paper(piece.type_code, piece.subject, content, _ids(piece, sender.agency_id, day))
    when = f"{day:%d/%m/%Y}"
    document = acts.draft(stage, paper, piece.hands, f"{when} 08:00")
    Document.objects.filter(id=document.id).update(urgency=piece.urgency)
    steps = ("draft", "submitted", "approved", "signed", "numbered", "issued")
    for hour, step in enumerate(steps[1 : steps.index(piece.until) + 1], start=8):
        stage.set_clock(f"{when} {hour:02d}:30")
        _STEPS[step](stage, document, piece.hands)
    stage.work_off()


def _ids(piece: Piece, own: int | None, day: date) -> list[int]:
    if tuple(piece.recipients) == ("*",):
        return [one.id for one in orgs.agencies_on(day) if one.id != own]
    return [orgs.agency_by_code(code).id for code in piece.recipients]


def _submit(stage: Stage, document: Document, hands: Hands) -> None:
    acts.submit(stage, document, hands)


def _approve(stage: Stage, document: Document, hands: Hands) -> None:
    for username in (hands.reviewer, hands.clerk):
        by = stage.actor(username)
        with stage.acting(by):
            approve_draft(document_id=document.id, by=by, at=stage.at)


def _sign(stage: Stage, document: Document, hands: Hands) -> None:
    by = stage.actor(hands.signer)
    document.refresh_from_db()
    with stage.acting(by):
        sign_document(document_id=document.id, seen_sha256=document.base_file, by=by, at=stage.at)


def _number(stage: Stage, document: Document, hands: Hands) -> None:
    by = stage.actor(hands.clerk)
    with stage.acting(by):
        number_document(document_id=document.id, by=by, at=stage.at)


def _issue(stage: Stage, document: Document, hands: Hands) -> None:
    by = stage.actor(hands.clerk)
    with stage.acting(by):
        issue_document(document_id=document.id, by=by, at=stage.at)


_STEPS = {
    "submitted": _submit,
    "approved": _approve,
    "signed": _sign,
    "numbered": _number,
    "issued": _issue,
}


def _desk_of_home_affairs(stage: Stage, days: dict[int, date]) -> None:
    """At Sở Nội vụ one arrival is in work and late, one waits for the director, others wait."""
    snv = orgs.agency_by_code("snv").id
    arrivals = list(
        Arrival.objects.filter(agency_id=snv, state="arrived").order_by("received_at", "id")
    )
    day = days[1]
    stage.at = clock.at_vietnam(day.year, day.month, day.day, 14, 0)
    for arrival, minute in zip(arrivals[:2], ("05", "15"), strict=False):
        acts.way_in(
            stage, arrival.document, "vanthu.snv", f"{day:%d/%m/%Y} 14:{minute}", "giamdoc.snv"
        )
    stage.set_clock(f"{day:%d/%m/%Y} 14:40")
    leader, doer = stage.actor("giamdoc.snv"), stage.actor("chuyenvien.snv")
    head = stage.actor("truongphong.snv")
    with stage.acting(leader):
        direction = write_direction(
            arrival_id=arrivals[0].id,
            text="Giao Phòng Cải cách hành chính tham mưu, trình trong ngày.",
            by=leader,
            at=stage.at,
        )
        task = assign_task(
            arrival_id=arrivals[0].id,
            title=arrivals[0].document.subject,
            parts=Parts(lead=doer.posting_id or 0, support=[head.posting_id or 0]),
            due_on=day,
            direction_id=direction.id,
            by=leader,
            at=stage.at,
        )
    stage.set_clock(f"{day:%d/%m/%Y} 15:10")
    with stage.acting(doer):
        accept_task(task_id=task.id, by=doer, at=stage.at)
    stage.work_off()
