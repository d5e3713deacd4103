"""What pages ask about copies of documents: those of one document, the agency's, their register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.documents.access import VISIBLE, visible_parameters
from congvu.documents.models import CopyAuthority, DocumentCopy, StampChoice
from congvu.documents.queries.registers import BookRow
from congvu.documents.types import RegisterPrint
from congvu.kit import clock
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.clauses import clause
from congvu.rules.document_types import document_type

MOST_ROWS = 5000
TABS: dict[str, tuple[str, str]] = {
    "cho-quyet-dinh": ("Chờ quyết định", "asked"),
    "cho-sao": ("Chờ sao", "allowed"),
    "da-sao": ("Đã sao", "made"),
    "khong-cho-sao": ("Không cho sao", "refused"),
}


@dataclass(frozen=True)
class CopyRow:
    """A copy with everything that is known of it."""

    id: int
    document_id: int
    arrival_id: int | None
    type_code: str
    document_symbol: str
    subject: str
    issuer: str
    kind: str
    source: str
    target: str
    state: str
    pages: str
    extracted: str
    purpose: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    basis: str
    reason: str
    symbol: str
    number: int | None
    on: date | None
    page_count: int | None
    words: str
    original_file: str
    file: str
    made_by: str
    made_at: datetime | None

    @property
    def kind_label(self) -> str:
        """Sao y, sao lục, trích sao."""
        return str(DocumentCopy.Kind(self.kind).label)

    @property
    def state_label(self) -> str:
        """What it waits for, or what became of it."""
        return str(DocumentCopy.State(self.state).label)

    @property
    def way(self) -> str:
        """From what to what."""
        media = DocumentCopy.Medium
        return f"từ {media(self.source).label} sang {media(self.target).label}"

    @property
    def original_name(self) -> str:
        """The document that is copied, by type and number."""
        kind = document_type(self.type_code).name if self.type_code else "Văn bản"
        return f"{kind} {self.document_symbol}".strip()


@dataclass(frozen=True)
class AuthorityRow:
    """Who may decide on copies, by what rule, until when."""

    id: int
    full_name: str
    title: str
    valid_from: date
    valid_to: date | None
    basis: str


SELECT = f"""
SELECT c.id, c.document_id,
       (SELECT max(a.id) FROM documents_arrival a
         WHERE a.document_id = c.document_id AND a.agency_id = c.agency_id),
       d.type_code, d.symbol, d.subject, d.issuer_name, c.kind, c.source, c.target, c.state,
       c.pages, c.extracted, c.purpose, an.full_name, c.asked_at, coalesce(dn.full_name, ''),
       c.decided_at, c.basis, c.reason, c.symbol, c.number, c."on", c.page_count, c.words,
       c.original_file, c.file, coalesce(mn.full_name, ''), c.made_at
FROM documents_documentcopy c JOIN documents_document d ON d.id = c.document_id
JOIN orgs_posting ap ON ap.id = c.asked_by_id JOIN orgs_person an ON an.id = ap.person_id
LEFT JOIN orgs_posting dp ON dp.id = c.decided_by_id
LEFT JOIN orgs_person dn ON dn.id = dp.person_id
LEFT JOIN orgs_posting mp ON mp.id = c.made_by_id LEFT JOIN orgs_person mn ON mn.id = mp.person_id
WHERE c.agency_id = %(agency_id)s AND {VISIBLE.format(doc="c.document_id")}
"""
COUNTS = f"""
SELECT c.state, count(*) FROM documents_documentcopy c
WHERE c.agency_id = %(agency_id)s AND c.state IN ('asked', 'allowed')
  AND {VISIBLE.format(doc="c.document_id")} GROUP BY c.state
"""
AUTHORITIES = """
SELECT c.id, n.full_name, t.title, c.valid_from, c.valid_to, c.basis
FROM documents_copyauthority c JOIN orgs_posting p ON p.id = c.posting_id
JOIN orgs_person n ON n.id = p.person_id JOIN orgs_position t ON t.id = p.position_id
WHERE c.agency_id = %(agency_id)s ORDER BY c.valid_to DESC NULLS FIRST, c.valid_from DESC, c.id DESC
LIMIT 200
"""


@clause("ND30.25")
def copies_of_document(by: Actor, document_id: int) -> list[CopyRow]:
    """The agency's copies of one document, newest first."""
    sql = f"{SELECT} AND c.document_id = %(document_id)s ORDER BY c.id DESC LIMIT 100"
    return _rows(sql, {**visible_parameters(by), "document_id": document_id})


def copy_row(by: Actor, copy_id: int) -> CopyRow | None:
    """One copy of the agency, of a document that the actor may see."""
    found = _rows(f"{SELECT} AND c.id = %(id)s", {**visible_parameters(by), "id": copy_id})
    return found[0] if found else None


def copies(by: Actor, tab: str, key: str = "", size: int = PAGE_SIZE) -> Page[CopyRow]:
    """One page of the agency's copies, newest first; no tab: all of them."""
    parameters = {**visible_parameters(by), "size": size + 1}
    sql = SELECT
    if tab in TABS:
        sql += " AND c.state = %(state)s"
        parameters["state"] = TABS[tab][1]
    after = decode_key(key, 1)
    if after and str(after[0]).isdecimal():
        sql += " AND c.id < %(after)s"
        parameters["after"] = int(after[0])
    found = _rows(f"{sql} ORDER BY c.id DESC LIMIT %(size)s", parameters)
    return cut_page(found, lambda row: encode_key(row.id), size)


def tab_counts(by: Actor) -> dict[str, int]:
    """How many wait for a decision, and how many for the clerk."""
    counted = dict(_asked(COUNTS, visible_parameters(by)))
    return {tab: counted.get(state, 0) for tab, (_, state) in TABS.items()}


@clause("ND30.27")
def authorities(by: Actor) -> list[AuthorityRow]:
    """To whom the head gave the right to decide, those in force first."""
    return [AuthorityRow(*row) for row in _asked(AUTHORITIES, {"agency_id": by.agency_id})]


def stamp_choices(by: Actor) -> list[StampChoice]:
    """The agency's choices of stamps, newest first."""
    return list(StampChoice.objects.filter(agency_id=by.agency_id).order_by("-valid_from")[:50])


def has_authority(by: Actor) -> bool:
    """Whether the posting was ever let decide (the page of settings is shown to it, to read)."""
    return CopyAuthority.objects.filter(posting_id=by.posting_id).exists()


@clause("ND30.PL1.II.II")
def copy_register(by: Actor, book_id: int, from_day: date, to_day: date) -> list[CopyRow]:
    """The lines of a register of copies between two days, in the order of their numbers."""
    asked = {
        **visible_parameters(by),
        "book_id": book_id,
        "from_day": from_day,
        "to_day": to_day,
        "limit": MOST_ROWS,
    }
    return _rows(
        f'{SELECT} AND c.book_id = %(book_id)s AND c."on" BETWEEN %(from_day)s AND %(to_day)s'
        " ORDER BY c.number LIMIT %(limit)s",
        asked,
    )


@clause("ND30.PL1.II.II", "ND30.16.2.b")
def copy_register_print(
    by: Actor, book: BookRow, rows: Iterable[CopyRow], from_day: date, to_day: date
) -> RegisterPrint:
    """The register of copies for printing and binding."""
    rows = list(rows)
    agency = orgs.agency(by.agency_id or 0)
    return RegisterPrint(
        agency_name=agency.name,
        upper_name=" ".join(agency.superior_lines),
        year=book.year,
        from_day=f"{from_day:%d/%m/%Y}",
        to_day=f"{to_day:%d/%m/%Y}",
        from_number=numbering.padded(rows[0].number or 0) if rows else "",
        to_number=numbering.padded(rows[-1].number or 0) if rows else "",
        volume="01",
        rows=tuple(_columns(row) for row in rows),
    )


def _columns(row: CopyRow) -> tuple[str, ...]:
    made = clock.local(row.made_at) if row.made_at else None
    return (
        row.symbol,
        f"{row.on:%d/%m/%Y}" if row.on else "",
        f"{row.kind_label}, {DocumentCopy.Medium(row.target).label}",
        f"{row.original_name}: {row.subject}",
        row.pages,
        row.purpose,
        row.decided_by,
        row.made_by,
        str(row.page_count or ""),
        f"Sao lúc {made:%H:%M}" if made else "",
    )


def _rows(sql: str, parameters: Mapping[str, object]) -> list[CopyRow]:
    return [CopyRow(*row) for row in _asked(sql, parameters)]


def _asked(sql: str, parameters: Mapping[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple] = cursor.fetchall()
    return rows
