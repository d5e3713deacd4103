"""Typeset a draft: a preview while it is written, and the unsigned file once it is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from congvu.documents import access
from congvu.documents.drafting.check_draft import kind_of
from congvu.documents.drafting.choose_co_signers import (
    printed_co_signers,
    shown_co_signers,
    signer_lines,
)
from congvu.documents.models import Document, DraftVersion
from congvu.documents.models.document import Urgency
from congvu.documents.types import (
    CoSignerChoice,
    DraftContent,
    FormValues,
    SignerLines,
    draft_from_json,
    form_code_of,
)
from congvu.documents.typeset_document import name_lines, typeset_document
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.kit.typeset import Typeset
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor, AgencyRecord, SigningAuthority
from congvu.rules import numbering
from congvu.rules.clauses import clause

CHECK_ADDRESS = "{site}/kiem-tra/{code}/"
URGENCY_STAMPS = {
    Urgency.NORMAL: "",
    Urgency.URGENT: "KHẨN",
    Urgency.VERY_URGENT: "THƯỢNG KHẨN",
    Urgency.EXPRESS: "HỎA TỐC",
}
MOST_RECIPIENT_LINES = 12


@clause("ND30.10.2")
def preview_draft(
    *,
    document_id: int,
    by: Actor,
    at: datetime,
    content: DraftContent | None = None,
    subject: str = "",
    urgency: int | None = None,
    signer_posting_id: int | None = None,
    co_signers: Sequence[CoSignerChoice] | None = None,
) -> Typeset:
    """The draft as it would print now, marked "DỰ THẢO"; the values are typed and not saved."""
    document = access.document_for(by, document_id, to="read")
    shown = content or newest_content(document)
    # On this copy of the row only: a preview saves nothing.
    document.subject = subject or document.subject
    document.urgency = document.urgency if urgency is None else urgency
    document.signer_id = signer_posting_id or document.signer_id
    right = signing_right(document, at)
    values = form_values(document, shown, right, at=at, is_draft=True)
    if co_signers is not None:
        beside = shown_co_signers(co_signers, kind_of(document), at)
        values = replace(values, co_signers=beside)
    return typeset_document(values, at=at)


def final_file(document: Document, version: DraftVersion, at: datetime) -> Typeset:
    """The unsigned file of an approved version: number, signature and seal still to come."""
    right = signing_right(document, at)
    if right is None:
        raise refusal("documents.E110")
    content = draft_from_json(version.content)
    return typeset_document(form_values(document, content, right, at=at, is_draft=False), at=at)


def newest_content(document: Document) -> DraftContent:
    """What the newest version says."""
    version = document.versions.order_by("ordinal").last()
    return draft_from_json(version.content) if version else DraftContent()


def signing_right(document: Document, at: datetime) -> SigningAuthority | None:
    """By what right the chosen signer signs now; None while nobody is chosen or has the right."""
    if document.signer_id is None:
        return None
    day = clock.local(at).date()
    kind = kind_of(document)
    return orgs.signing_authority(document.signer_id, kind.code, day, document.agency_id)


def printed_authority(document: Document, right: SigningAuthority) -> list[str]:
    """The lines above the signer's name, top down, the title last."""
    return signer_lines(right, kind_of(document))


def symbol_after_number(document: Document, year: int) -> str:
    """What stands after "03/": "2022/QĐ-UBND", "UBND-KT". Refuses when the unit has no letters."""
    kind = kind_of(document)
    try:
        symbol = numbering.symbol(
            kind, orgs.agency(document.agency_id).symbol, unit=_unit_letters(document)
        )
    except numbering.NumberingError as fault:
        raise refusal("documents.E207") from fault
    return f"{year}/{symbol}" if kind.year_in_symbol else symbol


@clause("ND30.8", "ND30.PL1.I.II.7")
def form_values(
    document: Document,
    content: DraftContent,
    right: SigningAuthority | None,
    *,
    at: datetime,
    is_draft: bool,
) -> FormValues:
    """Everything the form prints, from the document's row, its content, agency and signer."""
    agency = orgs.agency(document.agency_id)
    lines = printed_authority(document, right) if right else [""]
    year = clock.local(at).year
    check_url = CHECK_ADDRESS.format(site=settings.PUBLIC_ADDRESS, code=document.check_code)
    return FormValues(
        type_code=form_code_of(kind_of(document)),
        subject=document.subject,
        agency_lines=agency.name_lines or name_lines(agency.name),
        agency_upper_lines=agency.superior_lines,
        agency_name=agency.name,
        place=agency.place,
        issuing_authority=content.issuing_authority or _issuing_authority(agency, lines[-1]),
        authority_lines=tuple(lines[:-1]),
        signer_title=lines[-1],
        signer_name=right.full_name if right else "",
        blocks=content.blocks,
        addressees=content.addressees,
        received_by=_received_by(document, content),
        drafter_mark=content.drafter_mark,
        urgency=URGENCY_STAMPS[Urgency(document.urgency)],
        symbol=symbol_after_number(document, year),
        year=year,
        attached=content.attached,
        invitation=content.invitation,
        minutes=content.minutes,
        slip=content.slip,
        co_signers=tuple(
            SignerLines(one.lines, one.name) for one in printed_co_signers(document, at)
        ),
        qr_url=check_url,
        check_lines=(f"Kiểm tra văn bản tại {check_url}",),
        is_draft=is_draft,
    )


def _issuing_authority(agency: AgencyRecord, signer_title: str) -> str:
    """Who decides, above "QUYẾT ĐỊNH:": the body, or the head of the agency by title."""
    if agency.regime == "collective":
        return agency.name.upper()
    return f"{agency.head_title or signer_title} {agency.name}".strip().upper()


def _received_by(document: Document, content: DraftContent) -> tuple[str, ...]:
    """ "Nơi nhận" as typed, else from the recipients; the copy kept here comes last."""
    lines: Sequence[str] = content.received_by or _recipient_lines(document, content)
    if any(line.lower().startswith("lưu") for line in lines):
        return tuple(lines)
    letters = _unit_letters(document)
    return (*lines, f"Lưu: VT, {letters}" if letters else "Lưu: VT")


def _recipient_lines(document: Document, content: DraftContent) -> list[str]:
    names = list(document.recipients.values_list("name", flat=True))
    first = ["Như trên"] if content.addressees else []
    if len(names) > MOST_RECIPIENT_LINES:
        names = ["Như danh sách gửi kèm trên Hệ thống"]
    return [*first, *(name for name in names if name not in content.addressees)]


def _unit_letters(document: Document) -> str:
    drafter = orgs.posting(document.drafter_id) if document.drafter_id else None
    return drafter.unit_symbol if drafter else ""
