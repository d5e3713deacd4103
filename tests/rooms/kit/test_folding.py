"""Vietnamese is searched with and without diacritics, and one word has one written form."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from congvu.kit.folding import fold, nfc, symbol_key, words

VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"


def test_every_vietnamese_letter_folds_to_its_plain_one() -> None:
    folded = fold(VOWELS + VOWELS.upper())
    assert set(folded) == set("aeiouyd")
    assert len(folded) == 2 * len(VOWELS)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Nuôi tôm Đặng", "nuoi tom dang"),
        ("QUYẾT ĐỊNH số 03/2022/QĐ-UBND", "quyet dinh so 03/2022/qd-ubnd"),
        ("", ""),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(unicodedata.normalize("NFD", written)) == folded


@given(st.text())
def test_folding_twice_changes_nothing_and_forms_do_not_matter(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert nfc(nfc(text)) == nfc(text)
    for word in words(text):
        assert word
        assert words(word) == [word]


@pytest.mark.django_db
@pytest.mark.parametrize("text", [VOWELS, VOWELS.upper(), "Đông Hòa", "Sở Nội vụ 03/QĐ"])
def test_the_database_folds_short_fields_in_the_same_way(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT congvu_fold(%s)", [text])
        assert cursor.fetchone() == (fold(text),)


@pytest.mark.parametrize(
    "typed",
    [
        "Số: 03/2022/QĐ-UBND",
        "số 03/2022/QĐ-UBND",
        "03 / 2022 / qd-ubnd",
        "  03/2022/QĐ-UBND\n",
        unicodedata.normalize("NFD", "03/2022/QĐ-UBND"),
    ],
)
def test_a_number_is_found_however_it_was_typed(typed: str) -> None:
    assert symbol_key(typed) == "03/2022/qd-ubnd"
