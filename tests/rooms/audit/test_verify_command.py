"""`congvu audit verify` says it in words and in its exit code."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from congvu.audit.seal import seal_entries
from congvu.audit.write import write_entry
from congvu.run.audit import main

pytestmark = pytest.mark.django_db


@pytest.mark.clause("S.14")
def test_the_command_names_the_broken_entry(at: datetime, capsys: pytest.CaptureFixture[str]):
    entry = write_entry("documents.issued", by=None, at=at, agency_id=7)
    seal_entries(at=at)
    assert main(["verify"]) == 0
    assert "1 mục dưới 1 dấu niêm" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_entry SET clause = 'QC.5.1'")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    assert main(["verify"]) == 1
    assert f"mục nhật ký {entry.id}" in capsys.readouterr().out
    assert main([]) == 2
