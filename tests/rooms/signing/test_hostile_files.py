"""Foreign files that break parsers: a clear verdict, and the process lives (S.31)."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from congvu.kit import sandbox
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from congvu.signing.ports import UnreadablePdf
from rooms.signing.conftest import Bench

pytestmark = pytest.mark.clause("S.31", "QC.7.1")
FACTS = "congvu.signing.adapters.pyhanko_judge:facts"


def written(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF with a classical cross-reference table around raw objects 1, 2, 3..."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


PAGES = [
    b"<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>",
    b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
]


def deep_nesting(depth: int = 100_000) -> bytes:
    form = b"<< /Fields " + b"[" * depth + b"]" * depth + b" >>"
    return written([*PAGES, form])


def flate_bomb(inflated: int = 1 << 30) -> bytes:
    """Two kilobytes that become a gigabyte, in a stream the reader must decode."""
    packer = zlib.compressobj(1)
    inner = b"".join(packer.compress(bytes(1 << 20)) for _ in range(inflated >> 20))
    twice = zlib.compress(inner + packer.flush(), 9)
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    stream = b"1 0 obj\n<< /Type /XRef /Size 4 /Root 1 0 R /W [1 4 2] /Index [0 4]"
    stream += b" /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n" % len(twice)
    stream += twice + b"\nendstream\nendobj\n"
    return head + stream + b"startxref\n%d\n%%%%EOF\n" % len(head)


def looping_fields() -> bytes:
    form = b"<< /Fields [5 0 R] >>"
    one = b"<< /T (a) /Kids [6 0 R] >>"
    other = b"<< /T (b) /Kids [5 0 R] >>"
    return written([*PAGES, form, one, other])


def looping_history() -> bytes:
    pdf = written([*PAGES, b"<< /Fields [] >>"])
    start = pdf.rindex(b"xref\n0")
    return pdf.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d " % start, 1)


def endless_table() -> bytes:
    return written(PAGES).replace(b"xref\n0 4\n", b"xref\n0 4000000000\n", 1)


def signature_of_garbage() -> bytes:
    form = b"<< /SigFlags 3 /Fields [5 0 R] >>"
    field = b"<< /FT /Sig /T (ChuKyCoQuan) /V 6 0 R >>"
    value = b"<< /Type /Sig /ByteRange [0 10 20 30] /Contents <3003020101> >>"
    return written([*PAGES, form, field, value])


def locked(pdf: bytes, **passwords: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(R=6, **passwords))
    return out.getvalue()


CASES: list[tuple[str, Callable[[bytes, bytes], bytes], set[str]]] = [
    ("nothing", lambda letter, issued: b"", {"empty"}),
    ("a picture", lambda letter, issued: b"\x89PNG\r\n\x1a\n" + bytes(500), {"not_pdf"}),
    ("text", lambda letter, issued: "Kính gửi Ủy ban".encode() * 50, {"not_pdf"}),
    ("only a header", lambda letter, issued: b"%PDF-1.7\n", {"damaged"}),
    ("half a file", lambda letter, issued: issued[: len(issued) // 2], {"damaged"}),
    ("the tail is gone", lambda letter, issued: issued[:-400], {"damaged"}),
    ("locked", lambda letter, issued: locked(letter, user="a", owner="b"), {"encrypted"}),
    ("deep nesting", lambda letter, issued: deep_nesting(), {"damaged", "too_heavy"}),
    ("a gigabyte bomb", lambda letter, issued: flate_bomb(), {"damaged", "too_heavy"}),
    ("endless table", lambda letter, issued: endless_table(), {"damaged", "too_heavy"}),
    ("fields in a ring", lambda letter, issued: looping_fields(), {"damaged", "too_heavy", ""}),
    ("history in a ring", lambda letter, issued: looping_history(), {"damaged", "too_heavy", ""}),
]


@pytest.mark.parametrize(("make", "codes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_each_gets_a_verdict_and_the_next_file_is_read(
    judge: SandboxedJudge,
    bench: Bench,
    issued_pdf: bytes,
    make: Callable[[bytes, bytes], bytes],
    codes: set[str],
) -> None:
    try:
        found = judge.judge(make(bench.letter, issued_pdf), bench.question())
        code = ""
        assert found["signatures"] == []
    except UnreadablePdf as fault:
        code = fault.code
    assert code in codes
    after = judge.judge(bench.letter, bench.question())
    assert after["signatures"] == []


def test_an_owner_password_alone_does_not_hinder_reading(
    judge: SandboxedJudge, bench: Bench
) -> None:
    pdf = locked(bench.letter, user="", owner="b")
    assert judge.judge(pdf, bench.question())["signatures"] == []


def test_a_signature_of_garbage_is_not_believed(judge: SandboxedJudge, bench: Bench) -> None:
    (found,) = judge.judge(signature_of_garbage(), bench.question())["signatures"]
    assert found["format_fault"]
    assert not found["digest_matches"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (sandbox.Limits(wall_seconds=0.01), {"wall"}),
        (sandbox.Limits(answer_bytes=10), {"output"}),
    ],
    ids=["wall", "answer"],
)
def test_limits_end_the_task_not_the_process(
    bench: Bench, issued_pdf: bytes, limits: sandbox.Limits, code: set[str]
) -> None:
    with pytest.raises(sandbox.SandboxFailure) as failure:
        sandbox.run_limited(FACTS, issued_pdf, options=bench.question(), limits=limits)
    assert failure.value.code in code
    again = sandbox.run_limited(FACTS, bench.letter, options=bench.question())
    assert again["signatures"] == []


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (sandbox.Limits(cpu_seconds=1, memory_bytes=4 << 30), "cpu"),
        (sandbox.Limits(memory_bytes=120 << 20), "memory"),
    ],
    ids=["cpu", "memory"],
)
def test_a_million_fields_meet_the_limit(bench: Bench, limits: sandbox.Limits, code: str) -> None:
    fields = b"<< /Fields [" + b"<< /T (a) >> " * 1_000_000 + b"] >>"
    with pytest.raises(sandbox.SandboxFailure) as failure:
        sandbox.run_limited(
            FACTS, written([*PAGES, fields]), options=bench.question(), limits=limits
        )
    assert failure.value.code == code


def test_a_file_on_disk_is_read_where_it_lies(
    judge: SandboxedJudge, bench: Bench, issued_pdf: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "issued.pdf"
    file.write_bytes(issued_pdf)
    assert len(judge.judge(file, bench.question())["signatures"]) == 3
    assert file.read_bytes() == issued_pdf


def test_only_our_own_functions_run_in_the_sandbox() -> None:
    with pytest.raises(sandbox.SandboxFailure) as failure:
        sandbox.run_limited("os:system", b"true")
    assert failure.value.code == "error"


def test_the_nursery_is_replaced_when_it_was_killed(bench: Bench) -> None:
    sandbox.run_limited(FACTS, bench.letter, options=bench.question())
    child = sandbox._nursery.child
    child.kill()
    child.wait()
    found = sandbox.run_limited(FACTS, bench.letter, options=bench.question())
    assert found["signatures"] == []
    assert sandbox._nursery.child.pid != child.pid
