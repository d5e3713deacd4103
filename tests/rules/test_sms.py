"""Text messages: letters and parts (3GPP 23.038, 23.040), numbers, classes, brand names."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import congvu.channels
from congvu.rules.sms import (
    Policy,
    SmsClass,
    Standing,
    is_brandname,
    is_opt_out,
    longest_validity,
    may_be_sent,
    phone,
    phone_words,
    policy_of,
    renew_by,
    standing,
)
from congvu.rules.sms_text import (
    Alphabet,
    decode,
    encode,
    measure,
    weight,
    without_marks,
    written,
)
from legal_time import vn

FILE = Path(congvu.channels.__file__).parent / "data" / "sms.yaml"
ROOM = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return policy_of(yaml.safe_load(FILE.read_text("utf-8")), date(2022, 2, 28))


# --- letters and parts -------------------------------------------------------------------------


@pytest.mark.clause("QC.6.1.e")
@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", Alphabet.GSM7, 0, 1),
        ("a" * 160, Alphabet.GSM7, 160, 1),
        ("a" * 161, Alphabet.GSM7, 161, 2),
        ("a" * 306, Alphabet.GSM7, 306, 2),
        ("a" * 307, Alphabet.GSM7, 307, 3),
        ("a" * 459, Alphabet.GSM7, 459, 3),
        ("[" * 80, Alphabet.GSM7, 160, 1),  # each counts two
        ("[" * 81, Alphabet.GSM7, 162, 2),
        # 152 letters, then a pair that no longer fits into the first 153: three parts, not two.
        ("a" * 152 + "€" + "a" * 152, Alphabet.GSM7, 306, 3),
        ("é" * 160, Alphabet.GSM7, 160, 1),  # é is in the alphabet of 7 bits
        ("ê" * 70, Alphabet.UCS2, 70, 1),  # ê is not
        ("ê" * 71, Alphabet.UCS2, 71, 2),
        ("ê" * 134, Alphabet.UCS2, 134, 2),
        ("ê" * 135, Alphabet.UCS2, 135, 3),
        ("ê" * 201, Alphabet.UCS2, 201, 3),
        ("\U0001f600" * 35, Alphabet.UCS2, 70, 1),  # a surrogate pair counts two
        ("\U0001f600" * 36, Alphabet.UCS2, 72, 2),
    ],
)
def test_letters_and_parts(text: str, alphabet: Alphabet, units: int, parts: int) -> None:
    found = measure(text)
    assert (found.alphabet, found.units, len(found.parts)) == (alphabet, units, parts)


@given(st.text(max_size=900))
def test_the_parts_together_are_the_text_and_each_has_room(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()  # no lone surrogates: nobody types them
    found = measure(text)
    whole, each = ROOM[found.alphabet]
    assert "".join(found.parts) == text
    room = whole if len(found.parts) == 1 else each
    sizes = [sum(weight(one, found.alphabet) for one in part) for part in found.parts]
    assert max(sizes) <= room and sum(sizes) == found.units
    assert found.left == room - sizes[-1]
    if len(found.parts) > 1:  # full as far as a whole letter still fits
        assert min(sizes[:-1]) >= room - 1
    for part, size in zip(found.parts, sizes, strict=True):
        octets = encode(part, found.alphabet)
        assert decode(octets, found.alphabet) == part
        assert len(octets) == (size if found.alphabet == Alphabet.GSM7 else size * 2)


# --- without marks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đã có kết quả hồ sơ", "Da co ket qua ho so"),
        ("ĐƯỜNG ƯỚT, ngoằn ngoèo", "DUONG UOT, ngoan ngoeo"),
        ("Hồ sơ H45.12-220228-0001 hẹn 07:30 ngày 01/3", "Ho so H45.12-220228-0001 hen 07:30 ngay 01/3"),
        ("“Hẹn” – 3 giờ…", '"Hen" - 3 gio...'),
        ("xem https://phuyen.gov.vn/tra-cuu?ma=H45_1#a", "xem https://phuyen.gov.vn/tra-cuu?ma=H45_1#a"),
        ("xem https://phuyen.gov.vn/hồ nhé", "xem https://phuyen.gov.vn/h%E1%BB%93 nhe"),
        ("snv@phuyen.gov.vn {a} [b]", "snv@phuyen.gov.vn {a} [b]"),
    ],
)  # fmt: skip
def test_marks_are_taken_off(text: str, plain: str) -> None:
    assert without_marks(text) == plain


VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
    "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬEÈÉẺẼẸÊỀẾỂỄỆIÌÍỈĨỊOÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢUÙÚỦŨỤƯỪỨỬỮỰYỲÝỶỸỴĐ 0123456789.-/:"
)


@given(st.text(alphabet=VIETNAMESE, max_size=300))
def test_every_vietnamese_word_becomes_plain_of_the_same_length(text: str) -> None:
    plain = without_marks(text)
    assert plain.isascii() and len(plain) == len(text)
    assert [one for one in plain if one.isdigit()] == [one for one in text if one.isdigit()]
    assert measure(plain).alphabet == Alphabet.GSM7


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_plain_text_stays_as_it_is(text: str) -> None:
    """Codes of dossiers, numbers, addresses: nothing is touched."""
    assert without_marks(text) == text


@given(st.text(max_size=200))
def test_taking_off_twice_is_once(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    once = written(text, with_marks=False)
    assert written(once, with_marks=False) == once


def test_letters_that_came_in_pieces_are_counted_once() -> None:
    assert measure(written("ho\u0302\u0300 so\u031b", with_marks=True)).units == len("hồ sơ")


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912345678", "84912345678"),
        ("+84 912.345.678", "84912345678"),
        ("0084-912-345-678", "84912345678"),
        ("84912345678", "84912345678"),
        ("(0)32 345 6789", "84323456789"),
        ("01612345678", None),  # eleven digits ended in 2018
        ("0257 3842 222", None),  # a telephone on a table
        ("0512345678", None),
        ("+1 912 345 678", None),
        ("9123", None),
        ("²912345678", None),
        ("", None),
    ],
)
def test_mobile_numbers(policy: Policy, typed: str, number: str | None) -> None:
    assert phone(typed, policy) == number


@given(st.text(max_size=30))
def test_a_number_read_is_read_again_the_same(text: str) -> None:
    policy = policy_of(yaml.safe_load(FILE.read_text("utf-8")), date(2022, 2, 28))
    number = phone(text, policy)
    assert number is None or phone(phone_words(number), policy) == number


def test_before_the_change_of_numbers_nothing_is_known() -> None:
    with pytest.raises(LookupError):
        policy_of(yaml.safe_load(FILE.read_text("utf-8")), date(2018, 11, 14))


# --- classes -----------------------------------------------------------------------------------


def asked(policy: Policy, kind: SmsClass, at: datetime, **more: object) -> datetime | None:
    facts = {"sent_in_24_hours": 0, "has_consent": True, **more}
    return may_be_sent(kind, policy, at, **facts).value


@pytest.mark.clause("ND91.3.1")
def test_a_notice_goes_at_any_hour(policy: Policy) -> None:
    night = vn("2022-02-28 23:30")
    assert asked(policy, SmsClass.CARE, night, has_consent=False) == night


@pytest.mark.clause("ND91.13")
def test_advertising_is_off_and_where_it_is_on_it_has_hours_consent_and_a_cap(
    policy: Policy,
) -> None:
    noon = vn("2022-02-28 12:00")
    assert asked(policy, SmsClass.ADVERTISING, noon) is None
    parsed = yaml.safe_load(FILE.read_text("utf-8"))
    parsed["periods"][0]["classes"]["advertising"]["is_enabled"] = True
    on = policy_of(parsed, date(2022, 2, 28))
    assert asked(on, SmsClass.ADVERTISING, noon) == noon
    assert asked(on, SmsClass.ADVERTISING, noon, has_consent=False) is None
    assert asked(on, SmsClass.ADVERTISING, noon, sent_in_24_hours=3) is None
    for asked_at, goes_at in [
        ("2022-02-28 06:59", "2022-02-28 07:00"),
        ("2022-02-28 07:00", "2022-02-28 07:00"),
        ("2022-02-28 21:59", "2022-02-28 21:59"),
        ("2022-02-28 22:00", "2022-03-01 07:00"),
    ]:
        assert asked(on, SmsClass.ADVERTISING, vn(asked_at)) == vn(goes_at)


@pytest.mark.clause("ND91.13.4")
@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("TC", True),
        ("tc.", True),
        (" Hủy ", True),
        ("STOP", True),
        ("TC UBNDPHUYEN", True),
        ("Hủy hồ sơ giúp tôi", False),
        ("HUY LICH HEN", False),
        ("Tôi hỏi về TC", False),
        ("", False),
    ],
)
def test_a_refusal_is_the_word_alone_or_with_our_name(
    policy: Policy, text: str, refuses: bool
) -> None:
    assert is_opt_out(text, policy, ["UBNDPHUYEN"]) is refuses


# --- brand names -------------------------------------------------------------------------------


@pytest.mark.clause("ND91.23")
@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("UBNDPHUYEN", True),
        ("So_NV-P.Yen", True),
        ("SNV P.YEN", True),
        ("UBNDPHUYENTH", False),  # twelve
        ("UBND PHÚ", False),
        ("113", False),
        ("1 13", False),
        ("", False),
        (" UBND", False),
        ("UBND!", False),
    ],
)
def test_what_may_stand_as_a_brand_name(name: str, fits: bool) -> None:
    assert is_brandname(name) is fits


@pytest.mark.clause("ND91.28")
def test_a_brand_name_is_good_for_three_years_and_renewed_in_time() -> None:
    end = longest_validity(date(2022, 3, 1))
    assert end == date(2025, 3, 1) and longest_validity(date(2024, 2, 29)) == date(2027, 2, 28)
    assert renew_by(end) == date(2025, 2, 14)
    seen = {
        day: standing(date(2022, 3, 1), end, date.fromisoformat(day))
        for day in ("2022-02-28", "2022-03-01", "2024-12-31", "2025-02-14", "2025-02-15", "2025-03-02")
    }  # fmt: skip
    assert seen == {
        "2022-02-28": Standing.FUTURE,
        "2022-03-01": Standing.VALID,
        "2024-12-31": Standing.RENEW,
        "2025-02-14": Standing.RENEW,
        "2025-02-15": Standing.LATE,
        "2025-03-02": Standing.EXPIRED,
    }
