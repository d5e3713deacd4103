"""What is read quicker is read the same."""

from __future__ import annotations

import io

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError

from congvu.signing.adapters import quicker
from congvu.signing.adapters.pyhanko_judge import warm_up

LONG = b"<" + b"00ff" * 12_000 + b">"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"<48656C6c6f>", b"Hello"),
        (b"<48 65\n6C\t6c\r6f>", b"Hello"),
        (b"<484>", b"H@"),
        (b"<>", b""),
        (LONG, b"\x00\xff" * 12_000),
    ],
)
def test_hexadecimal_strings_are_what_they_were(written: bytes, read: bytes) -> None:
    stream = io.BytesIO(written + b" /Next")
    found = quicker.read_hex_string(stream)
    assert found.original_bytes == read
    assert stream.read() == b" /Next", "the stream stands behind the string"


@pytest.mark.parametrize("broken", [b"<48G5>", b"<4865", b"<", b"<48<65>"])
def test_a_broken_one_is_an_error_of_reading(broken: bytes) -> None:
    with pytest.raises((PdfStreamError, PdfReadError)):
        quicker.read_hex_string(io.BytesIO(broken))


def test_a_string_of_letters_is_one() -> None:
    found = quicker.read_hex_string(io.BytesIO(b"<FEFF0050>"))
    assert isinstance(found, generic.TextStringObject) and found == "P"


@pytest.mark.parametrize(
    "words", ["Ủy ban nhân dân  tỉnh Phú Yên", " VN ", "ＣＡ", "a\u00adb", "Straße", "x" * 300]
)
def test_names_are_prepared_as_they_were(words: str) -> None:
    name = x509.NameTypeAndValue({"type": "common_name", "value": x509.DirectoryString(
        name="utf8_string", value=words)})  # fmt: skip
    assert name.prepped_value == quicker._prepare(None, words)


def test_a_name_that_may_not_be_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="private use"):
            quicker.prepared_name(None, "\ue000")


def test_the_sample_of_the_nursery_can_be_judged() -> None:
    warm_up()
