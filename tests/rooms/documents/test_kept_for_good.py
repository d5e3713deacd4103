"""The database itself keeps what the law keeps: no running role may delete it."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from congvu.kit.wall import APP_ROLE, JOBS_ROLE

FREE = {
    "documents_autosave",
    "documents_cosigner",  # chosen anew while drafting
    "documents_reader",
    "documents_recipient",
    "documents_searchentry",
}


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'documents\\_%'")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.clause("ND30.15.1", "S.14")
@pytest.mark.django_db
@pytest.mark.parametrize("role", [APP_ROLE, JOBS_ROLE])
def test_only_what_is_replaced_in_drafting_can_be_deleted(role: str) -> None:
    may_delete = set()
    for table in tables():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {role}")
                cursor.execute(f"DELETE FROM {table}")
                may_delete.add(table)
                cursor.execute("RESET ROLE")
        except ProgrammingError:
            continue
    assert may_delete == FREE
