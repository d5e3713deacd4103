"""Keep a session awake, or lock it after the idle time; the lock is on the server (S.06)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from congvu.accounts.models import Session
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.rules.clauses import clause

EVERY = timedelta(minutes=1)
# Many pages of one person may arrive at once: whoever comes second does not wait for the row.
_TOUCH = """
UPDATE accounts_session SET last_seen_at = %(at)s
 WHERE id = (SELECT id FROM accounts_session WHERE id = %(id)s AND last_seen_at < %(at)s
                FOR NO KEY UPDATE SKIP LOCKED)
"""


def note_activity(*, visit: Visit, at: datetime) -> None:
    """Remember that the person did something, at most once a minute."""
    if at - visit.last_seen_at < EVERY:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH, {"at": at, "id": visit.session_id})


@clause("S.06")
def lock_idle(*, visit: Visit, at: datetime) -> None:
    """Write down that this session is locked; from here its cookie never acts again."""
    with transaction.atomic():
        session = Session.objects.select_for_update().get(id=visit.session_id)
        if session.ended_at is not None:
            return

        is_over = session.expires_at <= at
        session.ended_at = at
        session.end_reason = Session.End.EXPIRED if is_over else Session.End.IDLE
        session.save(update_fields=["ended_at", "end_reason"])
        write_entry(
            "auth.session_locked",
            by=visit.who,
            at=at,
            on=("session", session.id),
            clause="S.06",
            details={"reason": session.end_reason},
        )
