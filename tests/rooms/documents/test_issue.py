"""An official issues: number and seal on the file, and nothing changes any more (ND30 17, 18)."""

from __future__ import annotations

from datetime import datetime

import pytest
from cast import House
from paperwork import issued

pytestmark = pytest.mark.django_db


def test_issued_document_carries_number_and_seal(
    house: House, committee: House, at: datetime
) -> None:
    document = issued(committee, at, to=[house])
    assert document.symbol == "01/QĐ-UBND"
