"""Pages begin after a key; what a stranger packed into a key never reaches the database."""

from __future__ import annotations

import base64
import json

import pytest

from congvu.kit.paging import cut_page, decode_key, encode_key

MOMENT = "2022-02-14T02:00:00+00:00"


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_key_comes_back_as_it_went() -> None:
    key = encode_key(MOMENT, 17)
    assert decode_key(key, 2) == [MOMENT, 17]
    assert key.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "!",
        "%00",
        "é",
        "AAAA",
        packed("x"),
        packed({"a": 1}),
        packed([MOMENT]),
        packed([MOMENT, 17, 1]),
        packed(["'; DROP TABLE", 1]),
        packed(["2022-02-14", 1]),
        packed([MOMENT, "17"]),
        packed([MOMENT, None]),
        packed([MOMENT, True]),
        packed([MOMENT, 1 << 80]),
        packed([MOMENT, 1.5]),
        packed([[MOMENT], 1]),
    ],
)
def test_what_is_not_ours_is_no_key(key: str) -> None:
    assert decode_key(key, 2) is None


def test_the_extra_row_only_tells_that_there_is_more() -> None:
    whole = cut_page([1, 2, 3], str, size=3)
    assert (list(whole.rows), whole.next_key) == ([1, 2, 3], "")
    cut = cut_page([1, 2, 3, 4], str, size=3)
    assert (list(cut.rows), cut.next_key) == ([1, 2, 3], "3")
    assert cut_page([], str).next_key == ""
