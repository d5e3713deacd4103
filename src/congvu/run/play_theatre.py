"""Set the stage of `congvu play`, tell the story, write its papers, and check what it claims."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from pathlib import Path

from django.core.management import call_command

from congvu.audit.seal import seal_entries
from congvu.audit.verify import verify_log
from congvu.documents.evidence import arrival_evidence
from congvu.documents.models import Arrival, Document
from congvu.documents.queries.incoming_register import incoming_print, incoming_rows
from congvu.documents.queries.registers import books_of, register_print, register_rows
from congvu.documents.typeset_prints import (
    typeset_register_of_incoming,
    typeset_register_of_outgoing,
)
from congvu.exchange.queries import deliveries_of, receipts_of
from congvu.kit import blobs, clock
from congvu.kit.official_text import read_official_text
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.records.models import Record
from congvu.run import demo_rows
from congvu.run.play_stage import Stage
from congvu.run.play_story import Script, Told, tell
from congvu.signing.queries import newest_report
from congvu.signing.types import FileState, Verification
from congvu.tasks.models import Escalation, Task

TEXT = "texts/quy-che-03-2022.txt"


def play(document: Path | None, out: Path) -> int:
    """Tell the story of the Regulation, or of another text; 0 when all of it held."""
    call_command("migrate", verbosity=0, interactive=False)
    text = document.read_text("utf-8") if document else regulation_text()
    script = script_of(text)
    whole = read_official_text(text)
    names = {"chutich.ubnd": whole.signer_name} if whole.signer_name else {}
    stage = Stage(out)
    stage.set_clock("01/01/2022 08:00")
    with clock.frozen(stage.at):
        demo_rows.seed(stage.at, names)
    try:
        told = tell(stage, script)
    except Refusal as refusal:
        stage.line(f"\nBị từ chối: {refusal.say} (mã {refusal.code}, {refusal.clause})")
        return 1
    write_papers(stage, told)
    faults = check(stage, told)
    stage.line(f"\n{stage.steps} bước; giấy tờ ở {out}.")
    for fault in faults:
        stage.line(f"SAI: {fault}")
    return 1 if faults else 0


def regulation_text() -> str:
    """The real text of the Regulation, kept with the program's data."""
    return resources.files("congvu.regulations").joinpath(TEXT).read_text("utf-8")


def script_of(text: str) -> Script:
    """What is issued: a decision of the law when the text is one, else what it calls itself."""
    whole = read_official_text(text)
    subject = whole.subject or text.strip().splitlines()[0][:200]
    subject = subject[0].lower() + subject[1:]
    is_law = "/QĐ-UBND" in whole.number and whole.number.count("/") == 2
    return Script(
        text=text,
        subject=subject,
        type_code="quyet-dinh-qppl" if is_law else "quyet-dinh",
        in_force_on=date(2022, 2, 18) if is_law else None,
    )


def write_papers(stage: Stage, told: Told) -> None:
    """Registers, evidence, the index of the record, and the whole traffic of the decision."""
    decision = told.decision
    _write_registers(stage, stage.clerk_of(decision.agency_id))
    chosen = list(Arrival.objects.filter(document=decision).order_by("agency_id")[:2])
    chosen += list(Arrival.objects.filter(document=told.report))
    for arrival in chosen:
        clerk = stage.clerk_of(arrival.agency_id)
        stage.keep(f"chung-cu-{arrival.id}.pdf", arrival_evidence(arrival, by=clerk, at=stage.at))
    for record in Record.objects.exclude(index_file=""):
        stage.keep(f"muc-luc-{record.code}.pdf", blobs.read(record.index_file))
    stage.keep("gui-nhan.json", _as_json(_traffic(decision)))


def _write_registers(stage: Stage, clerk: Actor) -> None:
    first, last = date(2022, 1, 1), date(2022, 12, 31)
    for book in books_of(clerk):
        if book.direction == "out":
            rows = register_rows(clerk, book.id, first, last)
            printed = typeset_register_of_outgoing(
                register_print(clerk, book, rows, first, last), at=stage.at
            )
        else:
            arrivals = incoming_rows(clerk, book.id, first, last)
            printed = typeset_register_of_incoming(
                incoming_print(clerk, book.year, arrivals, first, last), at=stage.at
            )
        name = f"so-{book.direction}-{book.series.replace(':', '-')}-{book.year}.pdf"
        stage.keep(name, printed.pdf)


def _as_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str).encode()


def _traffic(document: Document) -> dict[str, object]:
    return {
        "document": document.symbol,
        "deliveries": [vars(one) for one in deliveries_of(document.id, document.agency_id)],
        "receipts": [vars(one) for one in receipts_of(document.id, document.agency_id)],
    }


def check(stage: Stage, told: Told) -> list[str]:
    """What the story claims, asked of the rows and of the files again."""
    decision = told.decision
    deliveries = deliveries_of(decision.id, decision.agency_id)
    everybody = len(orgs.agencies_on(date(2022, 1, 31))) - 1  # all but the sender
    monday = clock.at_vietnam(2022, 2, 7, 7, 30)
    verified = newest_report(decision.issued_file)  # the worker judged it after the issue
    recalled = Arrival.objects.get(document=told.letter)
    task = Task.objects.filter(closed_with=told.report).first()
    claims = {
        "ngày 31/01/2022": decision.issued_on == date(2022, 1, 31),
        f"{everybody} nơi nhận, mỗi nơi một lần": len(deliveries) == everybody
        and len({one.agency_id for one in deliveries}) == everybody,
        "mọi nơi nhận tính từ 07:30 thứ Hai 07/02/2022": all(
            one.received_at == monday for one in deliveries
        ),
        "mọi nơi đã tiếp nhận": all(one.state == "03" for one in deliveries),
        "có nơi trả lại": any(
            one.state == "02" for one in deliveries_of(told.request.id, told.request.agency_id)
        ),
        "báo cáo khép công việc": task is not None and task.state == "done",
        "báo cáo gửi 18:40 thứ Sáu nhận 07:30 thứ Hai": Arrival.objects.get(
            document=told.report
        ).received_at
        == clock.at_vietnam(2022, 2, 14, 7, 30),
        "việc chậm bị nhắc ba nấc, mỗi nấc một lần": sorted(
            Escalation.objects.values_list("rung", flat=True).distinct()
        )
        == ["broken", "late", "warning"],
        "văn bản gửi nhầm đã thu hồi": recalled.state == "recalled"
        and deliveries_of(told.letter.id, told.letter.agency_id)[0].state == "15",
        "chữ ký nguyên vẹn, đủ người ký và cơ quan, đúng thứ tự": _is_signed_well(verified),
        "nhật ký nguyên vẹn": _log_is_whole(stage),
    }
    if decision.is_legal_normative:
        claims["số 03/2022/QĐ-UBND"] = decision.symbol == "03/2022/QĐ-UBND"
    stage.scene("Kiểm tra lại")
    for claim, holds in claims.items():
        stage.line(f"  {'đúng' if holds else 'SAI '}  {claim}")
    return [claim for claim, holds in claims.items() if not holds]


def _log_is_whole(stage: Stage) -> bool:
    """Seal what the story wrote, then recompute every chain."""
    while seal_entries(at=stage.at):
        pass
    verdict = verify_log()
    return verdict.first is None and verdict.entries > 0 and verdict.unsealed == 0


def _is_signed_well(verified: Verification | None) -> bool:
    return (
        verified is not None
        and verified.state == FileState.INTACT
        and verified.person_is_valid
        and verified.agency_is_valid
        and verified.in_order
    )
