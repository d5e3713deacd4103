"""An issued document is never edited: another one replaces it (ND30 Điều 18.3; R21)."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House
from congvu.documents.outgoing.replace import replace_document
from congvu.documents.states import DocumentState
from paperwork import fresh, issued, numbered, refused

pytestmark = pytest.mark.django_db


@pytest.mark.clause("ND30.18.3")
def test_the_older_document_says_that_it_was_replaced(
    house: House, committee: House, at: datetime
) -> None:
    older, newer = issued(committee, at, to=[house]), issued(committee, at, to=[house])
    file = older.issued_file
    replace_document(document_id=older.id, replacement_id=newer.id, by=committee.clerk, at=at)
    assert (fresh(older).state, fresh(older).issued_file) == (DocumentState.REPLACED, file)
    assert fresh(newer).replaces == older
    with refused("documents.E003"):
        replace_document(document_id=older.id, replacement_id=newer.id, by=committee.clerk, at=at)


@pytest.mark.clause("ND30.18.3")
def test_only_an_issued_document_of_ours_replaces(
    house: House, committee: House, at: datetime
) -> None:
    older = issued(committee, at, to=[house])
    for other in (numbered(committee, at), older):
        with refused("documents.E216"):
            replace_document(
                document_id=older.id, replacement_id=other.id, by=committee.clerk, at=at
            )
    theirs = issued(house, at, to=[committee])
    with refused("documents.E001"):
        replace_document(document_id=older.id, replacement_id=theirs.id, by=committee.clerk, at=at)
