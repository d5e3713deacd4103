"""Typeset the evidence of an arrival: every legal moment with clause, calendar and reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from congvu.documents.models import Arrival, HandBack, Registration
from congvu.documents.types import EvidenceMoment, EvidenceSheet
from congvu.documents.typeset_document import name_lines
from congvu.documents.typeset_prints import typeset_evidence
from congvu.kit import clock
from congvu.orgs.models import Agency
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.words import moment_words

NAMES = {
    "received_at": "Thời điểm nhận (tính theo quy định)",
    "register_by": "Hạn tiếp nhận, đăng ký",
    "acknowledge_by": "Hạn thông báo đã nhận",
}


@clause("QC.8.1", "QC.9.1")
def arrival_evidence(arrival: Arrival, *, by: Actor, at: datetime) -> bytes:
    """The sheet as PDF/A. Facts come from rows, computed moments from their kept findings."""
    agency = Agency.objects.get(id=arrival.agency_id)
    document = arrival.document
    notes = [note for found in arrival.findings.values() for note in found.get("notes", ()) if note]
    sheet = EvidenceSheet(
        agency_upper_lines=tuple(agency.superior_lines),
        agency_lines=tuple(agency.name_lines) or name_lines(agency.name),
        document_line=f"{document.symbol} ngày {document.issued_on:%d/%m/%Y}"
        if document.issued_on
        else document.symbol,
        subject=document.subject,
        sender=arrival.sender_name,
        receiver=agency.name,
        file_hash=document.file,
        printed_at=moment_words(at),
        printed_by=f"{by.full_name}, {by.title}",
        moments=(*_facts(arrival), *_computed(arrival), *_acts(arrival)),
        notes=tuple(dict.fromkeys(notes)),
    )
    return typeset_evidence(sheet, at=at).pdf


def _facts(arrival: Arrival) -> list[EvidenceMoment]:
    told = [
        ("Thời điểm gửi", arrival.sent_at, arrival.sender_name, _who_says(arrival)),
        (
            "Thời điểm vào Hệ thống",
            arrival.entered_at,
            "Hệ thống",
            "Ghi tự động khi vào tài khoản.",
        ),
    ]
    return [
        EvidenceMoment(name, moment_words(moment), who, _law(arrival), said)
        for name, moment, who, said in told
        if moment is not None
    ]


def _law(arrival: Arrival) -> str:
    """Under which point of Article 8 the moments of its road stand."""
    if arrival.channel != Arrival.Channel.MESSAGE:
        return "QC.8.1"
    return str(arrival.findings["received_at"]["clause"]).removesuffix(".b")


def _who_says(arrival: Arrival) -> str:
    if arrival.channel == Arrival.Channel.MESSAGE:
        return "Theo đầu thư của bên gửi; chưa có chứng cứ độc lập."
    return "Hệ thống ghi nhận phát hành."


def _computed(arrival: Arrival) -> list[EvidenceMoment]:
    return [
        EvidenceMoment(
            NAMES[key],
            _moment_of(found),
            "Hệ thống",
            found["clause"],
            found["explanation"],
            found["calendar_version"],
        )
        for key, found in arrival.findings.items()
        if key in NAMES
    ]


def _moment_of(found: dict[str, Any]) -> str:
    value = found["value"]
    text = value["latest"] if isinstance(value, dict) else value
    return moment_words(clock.local(datetime.fromisoformat(text)))


def _acts(arrival: Arrival) -> list[EvidenceMoment]:
    moments = []
    for kind, name, law in (
        (Registration, "Tiếp nhận, đăng ký", "ND30.22"),
        (HandBack, "Trả lại", "ND30.21.2.b"),
    ):
        act = kind.objects.filter(arrival=arrival).select_related("by__person").first()
        if act is not None:
            said = f"Số đến {act.number}" if kind is Registration else act.reason
            moments.append(
                EvidenceMoment(name, moment_words(act.at), act.by.person.full_name, law, said)
            )
    return moments
