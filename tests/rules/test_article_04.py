"""Article 4.1: nothing that is a state secret enters; texts that speak about secrets may."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congvu.rules.secrecy import (
    Decision,
    Hit,
    declared_level_hits,
    examine,
    gravest_level,
    judge,
    name_hits,
    text_hits,
    word_hits,
)

pytestmark = pytest.mark.clause("QC.4.1", "LBMNN.5", "LBMNN.10")


def decide(text: str) -> Decision:
    return judge(text_hits(text)).value


@pytest.mark.parametrize(
    "stamp",
    [
        "MẬT",
        "TỐI MẬT",
        "TUYỆT MẬT",
        "Tuyệt mật",
        "Mật",
        "  M Ậ T  ",
        "T Ố I   M Ậ T",
        "T U Y Ệ T  M Ậ T",
        "| MẬT |",
        "[TỐI MẬT]",
        "--- MẬT ---",
        "(Tối mật)",
        "TUYET MAT",
        "TOI MAT",
        "MËT",
        "TUYÖT MËT",
        "TèI MËT",
        "MAÄT",
        "TOÁI MAÄT",
        "TUYEÄT MAÄT",
        "TÀI LIỆU THU HỒI",
        "Chỉ người có tên mới được bóc bì",
        "Độ mật: Mật",
        "Độ mật : TỐI MẬT",
        "ĐỘ MẬT: Tuyệt mật.",
        "- Độ mật: A",
        "Thời hạn bảo vệ bí mật nhà nước: 10 năm",
        "THỜI HẠN BẢO VỆ BÍ MẬT NHÀ NƯỚC 20 năm",
        "Bản sao số 03, tài liệu bí mật nhà nước",
        "Đây là bản sao số 1 của tài liệu chứa bí mật nhà nước",
    ],
)
def test_marks_of_secrecy_are_refused_wherever_the_line_stands(stamp: str) -> None:
    for written in (
        stamp,
        f"ỦY BAN NHÂN DÂN\n{stamp}\nSố: 01",
        unicodedata.normalize("NFD", stamp),
    ):
        assert decide(written) is Decision.REFUSE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bảo đảm an toàn, bảo mật thông tin",
        "BẢO MẬT",
        "bí mật kinh doanh",
        "Mật ong rừng Sông Hinh",
        "mật",  # a table of goods
        "MẬT ĐỘ DÂN SỐ",
        "Mật khẩu",
        "mật danh",
        "hoạt động bí mật",
        "không thực hiện các công việc có nội dung thuộc bí mật nhà nước",
        "thiết bị lưu khóa bí mật của cơ quan",
        "Độ mật: Thường",
        "Độ mật: không",
        "Độ mật:",
        "Độ mật: 0",
        "Độ mật: Không mật.",
        "theo dõi tài liệu thu hồi của các sở",
        "HỎA TỐC",
        "KHẨN",
    ],
)
def test_words_about_secrets_are_no_marks(text: str) -> None:
    assert text_hits(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "GIẢI MẬT",
        "G I Ả I  M Ậ T",
        "GI¶I MËT",
        "GIAÛI MAÄT",
        "Điều 19 quy định thời hạn bảo vệ bí mật nhà nước độ Mật là 10 năm",
    ],
)
def test_doubtful_marks_are_for_a_human(text: str) -> None:
    assert decide(text) is Decision.ASK


@pytest.mark.parametrize(
    ("level", "refused"),
    [
        ("", False),
        ("Thường", False),
        (" thường ", False),
        ("0", False),
        ("none", False),
        ("Mật", True),
        ("Tối mật", True),
        ("1", True),
        ("bất kỳ", True),
    ],
)
def test_a_declared_level_leaves_no_choice(level: str, refused: bool) -> None:
    hits = declared_level_hits(level)
    assert bool(hits) is refused
    if refused:
        named = level if "ật" in level else ""
        assert hits == (Hit("declared-level", "độ mật", Decision.REFUSE, named),)


@pytest.mark.parametrize(
    ("name", "decision"),
    [
        ("[MẬT] Báo cáo.pdf", Decision.REFUSE),
        ("(Mật) ke hoach.docx", Decision.REFUSE),
        ("Mật - Về việc phòng thủ", Decision.REFUSE),
        ("bao-cao-TỐI MẬT.pdf", Decision.REFUSE),
        ("TUYỆT_MẬT_01.pdf", Decision.REFUSE),
        ("cv_tuyet_mat.pdf", Decision.REFUSE),
        ("toi-mat.pdf", Decision.REFUSE),
        ("TOI MAT.pdf", Decision.REFUSE),
        ("MẬT", Decision.REFUSE),
        ("MẬT.", Decision.REFUSE),
        ("GIẢI MẬT", Decision.ASK),
        ("Quy định về bảo quản tài liệu tối mật", Decision.ASK),
        ("V/v tăng cường bảo mật thông tin", Decision.CLEAR),
        ("Kế hoạch phát triển mật ong", Decision.CLEAR),
        ("mat-do-dan-so.xlsx", Decision.CLEAR),
        ("thoi-mat.pdf", Decision.CLEAR),
        ("Triển khai Luật Bảo vệ bí mật nhà nước", Decision.CLEAR),
        ("QĐ 03.pdf", Decision.CLEAR),
        ("", Decision.CLEAR),
    ],
)
def test_names_and_subjects(name: str, decision: Decision) -> None:
    assert judge(name_hits(name, "tên tệp")).value is decision


def test_what_is_kept_says_where_and_which_rule_but_not_what() -> None:
    finding, hits = examine(
        declared_level="Mật",
        names={"tên tệp": "cv_tuyet_mat.pdf", "trích yếu": "V/v họp"},
        text="TỐI MẬT\nDanh sách",
    )
    assert finding.value is Decision.REFUSE
    assert [(hit.rule, hit.place) for hit in hits] == [
        ("declared-level", "độ mật"),
        ("level-in-name", "tên tệp"),
        ("level-stamp", "nội dung"),
    ]
    assert finding.explanation == (
        "Có dấu hiệu bí mật nhà nước (độ mật, tên tệp, nội dung): không thực hiện trên hệ thống, "
        "theo Điều 4 khoản 1."
    )
    assert (finding.clause, finding.calendar_version) == ("QC.4.1", "")


def test_the_rule_that_hit_is_named() -> None:
    rules = {
        "MẬT": "level-stamp",
        "GIẢI MẬT": "declassified-stamp",
        "Tài liệu thu hồi": "handling-stamp",
        "Độ mật: Mật": "declared-level",
        "Thời hạn bảo vệ bí mật nhà nước: 10 năm": "protection-term",
        "về thời hạn bảo vệ bí mật nhà nước": "protection-term-in-prose",
        "bản sao số 2 của tài liệu bí mật nhà nước": "numbered-copy",
    }
    for text, rule in rules.items():
        assert [hit.rule for hit in text_hits(text, "trang 1")] == [rule]
        assert [hit.place for hit in text_hits(text, "trang 1")] == ["trang 1"]
    for name, level in (("[MẬT] Báo cáo", "Mật"), ("cv_tuyet_mat.pdf", "Tuyệt mật")):
        hit = Hit("level-in-name", "tên tệp", Decision.REFUSE, level)
        assert name_hits(name, "tên tệp") == (hit,)
    assert name_hits("Quy chế về độ tối mật", "trích yếu") == (
        Hit("level-in-prose", "trích yếu", Decision.ASK),
    )


def test_repeated_marks_are_told_once_and_the_gravest_decides() -> None:
    hits = text_hits("MẬT\nMẬT\nGIẢI MẬT")
    assert [hit.rule for hit in hits] == ["level-stamp", "declassified-stamp"]
    assert judge(hits).value is Decision.REFUSE
    assert judge(hits[::-1]).value is Decision.REFUSE
    clear = Hit("none", "nội dung", Decision.CLEAR)
    assert judge([clear, hits[1]]).value is Decision.ASK
    asked = judge(hits[1:])
    assert asked.value is Decision.ASK
    assert asked.explanation == (
        "Có dấu hiệu cần người xem xét trước khi nhận (nội dung), theo Điều 4 khoản 1."
    )


def test_a_clear_answer_still_leaves_the_duty_with_the_person() -> None:
    finding, hits = examine()
    assert (finding.value, hits) == (Decision.CLEAR, ())
    assert finding.explanation == (
        "Không thấy dấu hiệu bí mật nhà nước; người đưa lên vẫn chịu trách nhiệm, "
        "theo Điều 4 khoản 1."
    )


@given(st.text(max_size=40), st.sampled_from(["MẬT", "TỐI MẬT", "TUYỆT MẬT"]))
def test_no_text_around_hides_a_stamp_on_its_own_line(around: str, stamp: str) -> None:
    assert decide(f"{around}\n{stamp}\n{around}") is Decision.REFUSE


@pytest.mark.parametrize(
    ("line", "decision"),
    [
        ("§é mËt: Tèi mËt", Decision.REFUSE),
        ("Ñoä maät: Toái maät", Decision.REFUSE),
        ("Thêi h¹n b¶o vÖ bÝ mËt nhµ n\u00adíc: 10 n¨m", Decision.REFUSE),
        ("Thôøi haïn baûo veä bí maät nhaø nöôùc: 10 naêm", Decision.REFUSE),
        ("§é mËt: Th\u00adêng", Decision.CLEAR),
        ("MËt ®é d©n sè, mËt khÈu, bÝ mËt kinh doanh", Decision.CLEAR),
        ("Maät ñoä daân soá, maät khaåu", Decision.CLEAR),
    ],
)
def test_fonts_before_unicode_hide_no_mark(line: str, decision: Decision) -> None:
    assert decide(line) is decision


@pytest.mark.parametrize(
    ("stamp", "level"),
    [
        ("MẬT", "Mật"),
        ("TỐI MẬT", "Tối mật"),
        ("T U Y Ệ T  M Ậ T", "Tuyệt mật"),
        ("TUYÖT MËT", "Tuyệt mật"),
        ("TOÁI MAÄT", "Tối mật"),
        ("Tài liệu thu hồi", ""),
    ],
)
def test_the_level_that_is_suspected_is_told(stamp: str, level: str) -> None:
    assert gravest_level(text_hits(f"MẬT\n{stamp}" if level else stamp)) == level


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Kế hoạch PA-07 giai đoạn hai", True),
        ("kế hoạch  pa-07", True),
        ("Kế hoạch PA-071", False),
        ("", False),
    ],
)
def test_words_of_the_agency_s_own_list_are_for_a_human(text: str, hit: bool) -> None:
    hits = word_hits(text, ["Kế hoạch PA-07", ""], "nội dung")
    assert hits == ((Hit("agency-word", "nội dung", Decision.ASK),) if hit else ())
