"""A document on its way, stage by stage, through the real verbs: for tests that need one there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pytest

from cast import House
from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.start import start_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import Document
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.sign import sign_document
from congvu.documents.types import DraftContent, RecipientChoice, draft_of_text
from congvu.kit.refusal import Refusal

TEXT = """Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;
Điều 1. Giao nhiệm vụ rà soát quy trình gửi, nhận văn bản điện tử.
Điều 2. Các cơ quan, đơn vị chịu trách nhiệm thi hành."""
SUBJECT = "Về việc rà soát quy trình gửi, nhận văn bản điện tử"


def content(text: str = TEXT) -> DraftContent:
    """A small decision as a draft."""
    return draft_of_text(text)


def drafted(
    house: House,
    at: datetime,
    *,
    type_code: str = "quyet-dinh",
    subject: str = SUBJECT,
    to: Sequence[House] = (),
    **more: object,
) -> Document:
    """A draft by the house's drafter, to be signed by its leader."""
    return start_draft(
        type_code=type_code,
        subject=subject,
        content=more.pop("content", content()),
        by=more.pop("by", house.drafter),
        at=at,
        signer_posting_id=more.pop("signer_posting_id", house.leader.posting_id),
        recipients=[RecipientChoice(other.agency.id) for other in to],
        **more,
    )


def submitted(house: House, at: datetime, **more: object) -> Document:
    """A draft laid before the unit's head and the clerk."""
    document = drafted(house, at, **more)
    submit_draft(document_id=document.id, base_ordinal=1, by=house.drafter, at=at)
    return fresh(document)


def approved(house: House, at: datetime, **more: object) -> Document:
    """A draft approved in content and form: its file waits for the signature."""
    document = submitted(house, at, **more)
    approve_draft(document_id=document.id, by=house.head, at=at)
    approve_draft(document_id=document.id, by=house.clerk, at=at)
    return fresh(document)


def signed(house: House, at: datetime, **more: object) -> Document:
    """A document signed by the house's leader."""
    document = approved(house, at, **more)
    sign_document(document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at)
    return fresh(document)


def numbered(house: House, at: datetime, **more: object) -> Document:
    """A signed document with its number."""
    document = signed(house, at, **more)
    number_document(document_id=document.id, by=house.clerk, at=at)
    return fresh(document)


def issued(house: House, at: datetime, **more: object) -> Document:
    """A document issued to the houses in `to`."""
    document = numbered(house, at, **more)
    issue_document(document_id=document.id, by=house.clerk, at=at)
    return fresh(document)


def fresh(document: Document) -> Document:
    """The row as the database has it now."""
    return Document.objects.get(id=document.id)


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """What stands inside must be refused with this code."""
    with pytest.raises(Refusal) as said:
        yield said
    assert said.value.code == code, said.value.say
