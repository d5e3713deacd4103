"""Files of an agency that wait for the virus scanner, or that it found infected (S.31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

MOST_ROWS = 200


@dataclass(frozen=True)
class HeldFile:
    """A file that nobody can open yet, or ever."""

    name: str
    size: int
    at: datetime
    by_name: str
    place: str
    is_infected: bool


HELD = f"""
SELECT t.name, b.size, t.at AS at, coalesce(n.full_name, ''),
       CASE WHEN d.origin = 'outside' THEN 'văn bản đến' ELSE 'dự thảo, văn bản đi' END
       || coalesce(' ' || nullif(d.symbol, ''), ''), b.is_infected AS is_infected
  FROM kit_blob b JOIN documents_attachment t ON t.sha256 = b.sha256
  JOIN documents_document d ON d.id = t.document_id
  LEFT JOIN orgs_posting g ON g.id = t.by_id LEFT JOIN orgs_person n ON n.id = g.person_id
 WHERE b.is_held AND t.agency_id = %(agency)s AND t.removed_at IS NULL
UNION ALL
SELECT f.name, b.size, m.entered_at, coalesce(nullif(m.from_name, ''), m.from_address),
       'thông tin đến ' || m.reference, b.is_infected
  FROM kit_blob b JOIN channels_inboundfile f ON f.sha256 = b.sha256
  JOIN channels_inboundmessage m ON m.id = f.inbound_id
 WHERE b.is_held AND f.agency_id = %(agency)s AND m.to_person_id IS NULL
 ORDER BY is_infected DESC, at DESC LIMIT {MOST_ROWS}
"""


@clause("S.31")
def held_files(by: Actor) -> list[HeldFile]:
    """The agency's own, infected ones first; names and sizes only, never a way to open them."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, {"agency": by.agency_id})
        return [HeldFile(*row) for row in cursor.fetchall()]
