"""Keep what a provider told us, at once and word for word; it is understood by a job afterwards."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

# No RETURNING and no named conflict: the web's role may add an event and read none.
ADD = """
INSERT INTO channels_providerevent (provider_id, external_id, raw, noted_at, state, said)
VALUES (%s, %s, %s, %s, 'waiting', '') ON CONFLICT DO NOTHING
"""


def note_event(*, provider_id: int, external_id: str, raw: bytes, at: datetime) -> bool:
    """Whether it is new; the same event twice is one. In the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [provider_id, external_id[:200], raw, at])
        return cursor.rowcount == 1
