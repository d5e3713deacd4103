"""Typeset the certificate of a purge: who, when, by what right, what went, what still must."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from congvu.documents.models import Document, Purge
from congvu.documents.typeset_document import name_lines
from congvu.kit.typeset import render
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.rules.words import moment_words

FORM = Path(__file__).parent / "typst" / "purge_certificate.typ"
BACKUPS = (
    "Bản sao lưu tạo trước {at} còn chứa dữ liệu đã tiêu hủy: người vận hành phải hủy các bản này"
    " và báo kết quả (lệnh hủy bản sao lưu trong Hệ thống)."
)
KEPT_TEXT = ("versions", "autosaves", "typed")
PAPER = (
    "Bản in, bản đã tải về máy của cán bộ không nằm trong Hệ thống: người phụ trách bảo vệ bí mật"
    " nhà nước thu hồi, xử lý theo quy định."
)


@clause("QC.4.1", "S.34")
def purge_certificate(purge: Purge, document: Document, *, at: datetime) -> bytes:
    """The certificate as PDF/A; it says nothing of the content, not even a hash."""
    agency = orgs.agency(purge.agency_id)
    day = f" ngày {document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    values = {
        "title": "BIÊN BẢN TIÊU HỦY DỮ LIỆU ĐIỆN TỬ",
        "author": agency.name,
        "agency_upper_lines": list(agency.superior_lines),
        "agency_lines": list(agency.name_lines) or list(name_lines(agency.name)),
        "facts": [
            ("Số biên bản", f"{purge.id}"),
            ("Văn bản", f"{document.symbol or 'chưa có số'}{day}"),
            ("Cơ quan ban hành", document.issuer_name or "—"),
            ("Căn cứ tiêu hủy", purge.basis),
            ("Cơ sở pháp lý", "Điều 4 khoản 1 Quy chế; Luật Bảo vệ bí mật nhà nước, Điều 5"),
        ],
        "acts": [
            ("Đề nghị", *_who(purge.by_id, purge.at)),
            ("Xác nhận", *_who(purge.decided_by_id, purge.decided_at)),
            ("Thực hiện xong", "Hệ thống", moment_words(at)),
        ],
        "gone": _gone(purge),
        "kept": "Còn giữ: số, ký hiệu, ngày của văn bản trong sổ đăng ký; nhật ký của Hệ thống.",
        "left": [BACKUPS.format(at=moment_words(at)), PAPER],
    }
    return render(FORM, values, at=at).pdf


def _who(posting_id: int | None, at: datetime | None) -> tuple[str, str]:
    who = orgs.posting(posting_id) if posting_id else None
    return (f"{who.full_name}, {who.title}" if who else "—", moment_words(at) if at else "—")


def _gone(purge: Purge) -> list[tuple[str, str]]:
    counts = purge.counts
    return [
        ("Tệp trong kho, kho mã hóa, bản sao thứ hai, hình các trang", f"{counts['files']} tệp"),
        ("Phiên bản lưu giữ, kết quả kiểm tra chữ ký số", f"{counts['proofs']} mục"),
        ("Tin đến mang theo văn bản, cả bản gốc của tin", f"{counts['inbound']} tin"),
        ("Thư trong các hộp thư công vụ có tệp của văn bản", "xóa lời và tệp"),
        ("Đợt gửi tin lập từ tệp của văn bản", "xóa danh sách và lời tin, dừng gửi"),
        ("Bài đăng Zalo dẫn nguồn văn bản", "xóa lời, gỡ khỏi trang"),
        ("Tin gửi đi nhắc tới, chứng cứ trả về", f"{counts['outbound']} tin"),
        (
            "Phiên bản dự thảo, bản lưu tạm, nội dung đang nhập",
            f"{sum(counts[one] for one in KEPT_TEXT)} bản",
        ),
        ("Ý kiến, lời trình về văn bản", f"{counts['opinions']} mục"),
        ("Mục tìm kiếm", f"{counts['search']} mục"),
        ("Cơ quan khác có văn bản, đã được báo", f"{counts['agencies']} cơ quan"),
    ]
