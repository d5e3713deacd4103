"""The verdict on a signature, as the law asks: at the time of signing (TT 41)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from congvu.rules.legal_effect import Verdict
from congvu.signing import judge as law
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from rooms.signing.conftest import SIGNED_AT, Bench, typeset

pytestmark = pytest.mark.clause("TT41", "ND130.79", "QC.7.1", "S.54")
SEEN = datetime(2022, 2, 7, 0, 30, tzinfo=UTC)
GOOD = {
    "kind": "signature",
    "format_fault": "",
    "digest_matches": True,
    "key_matches": True,
    "coverage": "ENTIRE_FILE",
    "modification": "NONE",
    "is_weak": False,
    "at_signing": "good",
    "when_seen": "good",
    "claimed_at": SIGNED_AT.isoformat(),
    "stamped_at": None,
}
VALID, INVALID, UNDETERMINED = Verdict.VALID, Verdict.INVALID, Verdict.UNDETERMINED


@pytest.mark.parametrize(
    ("difference", "verdict", "said"),
    [
        ({}, VALID, "Nội dung toàn vẹn"),
        ({"format_fault": "ValueError"}, INVALID, "hỏng hoặc sai định dạng"),
        ({"digest_matches": False}, INVALID, "đã bị thay đổi sau khi ký"),
        ({"key_matches": False}, INVALID, "không được tạo bằng khóa"),
        ({"coverage": "UNCLEAR"}, UNDETERMINED, "không bao phủ trọn vẹn"),
        ({"is_weak": True}, UNDETERMINED, "hàm băm không còn an toàn"),
        ({"at_signing": "no_chain"}, UNDETERMINED, "chưa có trong danh sách tin cậy"),
        ({"at_signing": "no_list"}, UNDETERMINED, "chưa có danh sách thu hồi"),
        ({"at_signing": "expired"}, INVALID, "hết hạn trước lúc ký"),
        ({"at_signing": "not_yet"}, INVALID, "chưa có hiệu lực vào lúc ký"),
        ({"at_signing": "revoked"}, INVALID, "bị thu hồi trước lúc ký"),
        ({"at_signing": "usage"}, INVALID, "không được cấp để ký số"),
        ({"when_seen": "expired"}, UNDETERMINED, "không có dấu thời gian"),
        ({"when_seen": "revoked"}, UNDETERMINED, "không có dấu thời gian"),
        (
            {"when_seen": "expired", "stamped_at": SIGNED_AT.isoformat()},
            VALID,
            "còn hiệu lực vào lúc ký",
        ),
        (
            {"claimed_at": (SEEN + timedelta(hours=1)).isoformat()},
            UNDETERMINED,
            "muộn hơn lúc hệ thống nhận tệp",
        ),
        ({"claimed_at": (SEEN + timedelta(minutes=4)).isoformat()}, VALID, "toàn vẹn"),
    ],
)
def test_verdict(difference: dict[str, object], verdict: Verdict, said: str) -> None:
    found, reason = law.verdict_on({**GOOD, **difference}, seen_at=SEEN)
    assert found == verdict
    assert said in reason


def first(judge: SandboxedJudge, pdf: bytes, question: dict[str, object]) -> dict[str, object]:
    return dict(judge.judge(pdf, question)["signatures"][0])


def verdict(judge: SandboxedJudge, pdf: bytes, question: dict[str, object]) -> Verdict:
    seen_at = datetime.fromisoformat(str(question["seen_at"]))
    return law.verdict_on(first(judge, pdf, question), seen_at=seen_at)[0]


def test_the_real_file_is_valid_in_2022_and_later(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    for seen_at in (SIGNED_AT, SEEN, datetime(2026, 6, 1, tzinfo=UTC)):
        assert verdict(judge, issued_pdf, bench.question(seen_at=seen_at)) == VALID


def test_of_an_unknown_authority_there_is_not_enough_to_go_on(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    stranger = {**bench.question(), "anchors": []}
    assert first(judge, issued_pdf, stranger)["at_signing"] == "no_chain"
    assert verdict(judge, issued_pdf, stranger) == UNDETERMINED


def test_without_revocation_lists_nothing_is_called_valid(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    offline = {**bench.question(), "lists": []}
    assert verdict(judge, issued_pdf, offline) == UNDETERMINED


def test_revoked_before_signing_is_invalid_after_signing_depends_on_when_we_saw_it(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    serial = int(str(first(judge, issued_pdf, bench.question())["serial"]), 16)
    before = {serial: SIGNED_AT - timedelta(days=1)}
    after = {serial: SIGNED_AT + timedelta(days=30)}
    assert verdict(judge, issued_pdf, bench.question(seen_at=SEEN, revoked=before)) == INVALID
    assert verdict(judge, issued_pdf, bench.question(seen_at=SEEN, revoked=after)) == VALID
    late = SIGNED_AT + timedelta(days=60)
    assert verdict(judge, issued_pdf, bench.question(seen_at=late, revoked=after)) == UNDETERMINED


@pytest.mark.parametrize("year", [2020, 2042])
def test_signed_outside_the_validity_of_the_certificate_is_invalid(
    judge: SandboxedJudge, bench: Bench, year: int
) -> None:
    at = datetime(year, 6, 1, tzinfo=UTC)
    pdf = bench.by_person(bench.letter, at)
    question = bench.question(seen_at=at + timedelta(days=1))
    found = first(judge, pdf, question)
    assert found["at_signing"] == ("not_yet" if year == 2020 else "expired")
    assert verdict(judge, pdf, question) == INVALID


def test_a_certificate_may_sign_any_number_of_pages(judge: SandboxedJudge, bench: Bench) -> None:
    pages = "\n".join(f"#pagebreak(weak: true)\nTrang {page}" for page in range(1, 13))
    letter = typeset('#set document(title: "Dài")\n#set text(font: "Tinos", lang: "vi")\n' + pages)
    assert verdict(judge, bench.by_person(letter), bench.question()) == VALID
