"""What happened to a file after signing is seen, and told in one of the states."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from congvu.signing import judge as law
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from congvu.signing.types import FileState
from rooms.signing.conftest import Bench

pytestmark = pytest.mark.clause("TT41", "QC.7.1")


def state(judge: SandboxedJudge, bench: Bench, pdf: bytes) -> FileState:
    return law.state_of(judge.judge(pdf, bench.question())["signatures"])


def test_untouched_is_intact(judge: SandboxedJudge, bench: Bench, issued_pdf: bytes) -> None:
    assert state(judge, bench, issued_pdf) == FileState.INTACT


def test_after_each_step_the_file_is_intact(judge: SandboxedJudge, bench: Bench) -> None:
    signed = bench.by_person(bench.letter)
    assert state(judge, bench, signed) == FileState.INTACT
    assert state(judge, bench, bench.numbered(signed)) == FileState.INTACT


def test_without_signature_it_is_unsigned(judge: SandboxedJudge, bench: Bench) -> None:
    assert state(judge, bench, bench.letter) == FileState.UNSIGNED


@pytest.mark.parametrize("share", [0.05, 0.2, 0.45, 0.6, 0.8])
def test_one_changed_byte_is_tampering(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes, share: float
) -> None:
    place = int(len(bench.letter) * share)
    broken = bytearray(issued_pdf)
    broken[place] ^= 0x01
    assert state_or_fault(judge, bench, bytes(broken)) in {FileState.BROKEN, "damaged"}


def state_or_fault(judge: SandboxedJudge, bench: Bench, pdf: bytes) -> FileState | str:
    from congvu.signing.ports import UnreadablePdf

    try:
        return state(judge, bench, pdf)
    except UnreadablePdf as fault:
        return fault.code


def test_a_changed_letter_of_the_text_is_tampering(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    assert b"(Typst" in issued_pdf or b"Typst" in issued_pdf
    broken = issued_pdf.replace(b"Typst", b"Typsy", 1)
    found = judge.judge(broken, bench.question())["signatures"]
    assert law.state_of(found) == FileState.BROKEN
    assert not any(one["digest_matches"] for one in found)


def test_a_changed_signature_is_tampering(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    place = issued_pdf.index(b"/Contents <") + 2000
    broken = bytearray(issued_pdf)
    broken[place] = ord("0") if broken[place] != ord("0") else ord("1")
    assert state(judge, bench, bytes(broken)) == FileState.BROKEN


def add_text(pdf: bytes) -> bytes:
    """What simple software does: append to the page's own content."""
    out = io.BytesIO(pdf)
    writer = IncrementalPdfFileWriter(out)
    stream = generic.StreamObject(stream_data=b"BT /F1 20 Tf 100 400 Td (9999) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(stream))
    writer.write_in_place()
    return out.getvalue()


def add_note(pdf: bytes) -> bytes:
    """A text annotation over the page."""
    out = io.BytesIO(pdf)
    writer = IncrementalPdfFileWriter(out)
    name = generic.pdf_name
    note = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Text"),
            name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 100, 120, 120))),
            name("/Contents"): generic.TextStringObject("ghi chú"),
        }
    )
    page = writer.find_page_for_modification(0)[0].get_object()
    reference = writer.add_object(note)
    if "/Annots" in page:
        page["/Annots"].append(reference)
        writer.update_container(page["/Annots"])
    else:
        page[name("/Annots")] = generic.ArrayObject([reference])
    writer.update_container(page)
    writer.write_in_place()
    return out.getvalue()


@pytest.mark.parametrize("change", [add_text, add_note])
def test_something_added_later_is_to_be_looked_at_and_not_rejected(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes, change: Callable[[bytes], bytes]
) -> None:
    assert state(judge, bench, change(issued_pdf)) == FileState.ADDED_TO


def test_something_added_between_two_signatures_is_to_be_looked_at(
    judge: SandboxedJudge, bench: Bench
) -> None:
    pdf = bench.sealed(add_text(bench.by_person(bench.letter)))
    assert state(judge, bench, pdf) == FileState.ADDED_TO


def test_the_number_strip_replaced_after_sealing_is_to_be_looked_at(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    out = io.BytesIO(issued_pdf)
    writer = IncrementalPdfFileWriter(out)
    page = writer.find_page_for_modification(0)[0].get_object()
    strip = next(
        one.get_object() for one in page["/Annots"] if one.get_object()["/T"] == "SoVaThoiGian"
    )
    look = generic.StreamObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
            generic.pdf_name("/BBox"): generic.ArrayObject(
                map(generic.NumberObject, (0, 0, 595, 40))
            ),
        },
        stream_data=b"0 0 595 40 re f",
    )
    strip["/AP"][generic.pdf_name("/N")] = writer.add_object(look)
    writer.update_container(strip)
    writer.write_in_place()
    assert state(judge, bench, out.getvalue()) in {FileState.ADDED_TO, FileState.BROKEN}


def test_a_file_saved_anew_has_lost_its_signatures(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(issued_pdf)) as pdf:
        pdf.save(out)
    assert state_or_fault(judge, bench, out.getvalue()) == FileState.BROKEN
