"""Refusals have stable codes and tell people what to do, with the clause."""

from __future__ import annotations

import string

import pytest

from congvu.kit.refusal import (
    Reason,
    Refusal,
    known_codes,
    reason_book,
    refusal,
    refuse_if,
    refuse_unless,
)

BOOK = reason_book(
    "test",
    {
        "E001": Reason("Số {number} đã có.", clause="ND30.15.1", field="number"),
        "E002": Reason("Không thấy {không phải chỗ trống}.", not_found=True),
    },
)


def test_a_refusal_carries_code_words_clause_and_field() -> None:
    with pytest.raises(Refusal) as said:
        refuse_if(True, "test.E001", number=3)
    assert (said.value.code, said.value.say) == ("test.E001", "Số 3 đã có.")
    assert (said.value.clause, said.value.field) == ("ND30.15.1", "number")
    assert "test.E001" in str(said.value)


def test_what_holds_is_not_refused() -> None:
    refuse_if(False, "test.E001", number=3)
    refuse_if([], "test.E001", number=3)
    refuse_unless("x", "test.E001", number=3)
    with pytest.raises(Refusal):
        refuse_unless("", "test.E001", number=3)


def test_without_values_braces_stay_as_they_are() -> None:
    said = refusal("test.E002")
    assert said.say == "Không thấy {không phải chỗ trống}."
    assert said.not_found


def test_a_value_that_looks_like_a_template_is_only_text() -> None:
    assert refusal("test.E001", number="{0.__class__}").say == "Số {0.__class__} đã có."


def test_an_unknown_code_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        refusal("test.E999")


def test_every_registered_text_can_be_filled() -> None:
    """A template with a positional or broken blank would fail only when somebody is refused."""
    for code, reason in known_codes().items():
        if code.startswith("test."):
            continue
        names = [name for _, name, _, _ in string.Formatter().parse(reason.say) if name is not None]
        assert all(name.isidentifier() for name in names), code
