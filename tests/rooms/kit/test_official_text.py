"""A whole official document as plain text: with and without a text that is issued with it."""

from __future__ import annotations

from congvu.kit.official_text import read_official_text

HEAD = """ỦY BAN NHÂN DÂN
TỈNH PHÚ YÊN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 12/QĐ-UBND

Phú Yên, ngày 03 tháng 02 năm 2022

QUYẾT ĐỊNH
VỀ VIỆC THÀNH LẬP TỔ CÔNG TÁC

Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;

QUYẾT ĐỊNH:

Điều 1. Thành lập Tổ công tác.

Điều 2. Quyết định này có hiệu lực kể từ ngày ký./.

CHỦ TỊCH

Lê Hải Đăng
"""
ANNEX = """
QUY CHẾ
HOẠT ĐỘNG CỦA TỔ CÔNG TÁC
(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 03/02/2022 của UBND tỉnh Phú Yên)

Điều 1. Phạm vi

Quy chế này quy định hoạt động của Tổ công tác.
"""


def test_a_decision_without_a_text_issued_with_it() -> None:
    whole = read_official_text(HEAD)
    assert (whole.type_name, whole.number, whole.signer_name) == (
        "QUYẾT ĐỊNH",
        "12/QĐ-UBND",
        "Lê Hải Đăng",
    )
    assert whole.attached == ()


def test_a_decision_with_one_text_issued_with_it() -> None:
    whole = read_official_text(HEAD + ANNEX)
    assert [part.type_name for part in whole.attached] == ["QUY CHẾ"]


def test_a_title_at_the_very_end_is_not_a_text() -> None:
    assert read_official_text(HEAD + "\nQUY CHẾ\n").attached == ()


def test_a_bare_text_with_a_title_and_nothing_after_it() -> None:
    whole = read_official_text("KẾ HOẠCH\nKiểm tra năm 2027\nNội dung kiểm tra./.")
    assert (whole.type_name, whole.attached) == ("KẾ HOẠCH", ())


def test_a_title_alone_while_somebody_is_still_typing() -> None:
    whole = read_official_text("KẾ HOẠCH")
    assert (whole.type_name, whole.subject, whole.blocks) == ("KẾ HOẠCH", "", ())


def test_a_day_that_does_not_exist_is_left_out() -> None:
    whole = read_official_text(HEAD.replace("ngày 03 tháng 02", "ngày 31 tháng 02"))
    assert (whole.dated, whole.place) == (None, "Phú Yên")
