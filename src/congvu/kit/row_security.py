"""SQL of the second wall, for migrations: which rows an agency may see and write.

The policy compares with `(SELECT congvu_agency())`, an initplan: evaluated once per query.
"""

from __future__ import annotations

AGENCY = "(SELECT congvu_agency())"
ME = "(SELECT NULLIF(current_setting('app.person_id', true), '')::bigint)"
OF_AGENCY = f"agency_id = {AGENCY}"


def personal(column: str) -> str:
    """A row that names a person in `column` is that person's alone, else the agency's."""
    return f"({column} = {ME} OR ({column} IS NULL AND {OF_AGENCY}))"


def own_rows(
    table: str, *, also_seen_when: str = "", also_written_when: str = "", mine: str = OF_AGENCY
) -> str:
    """Only the active agency's rows exist for `congvu_app`; `congvu_jobs` crosses agencies.

    `also_seen_when` and `also_written_when` are SQL conditions that widen reading and writing;
    `mine` is another condition of what is one's own (`personal`).
    """
    seen = f"{mine} OR {also_seen_when}" if also_seen_when else mine
    written = f"{mine} OR {also_written_when}" if also_written_when else mine
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY {table}_seen ON {table} FOR SELECT TO congvu_app USING ({seen});
CREATE POLICY {table}_added ON {table} FOR INSERT TO congvu_app WITH CHECK ({written});
CREATE POLICY {table}_changed ON {table} FOR UPDATE TO congvu_app
    USING ({written}) WITH CHECK ({written});
CREATE POLICY {table}_removed ON {table} FOR DELETE TO congvu_app USING ({mine});
CREATE POLICY {table}_jobs ON {table} TO congvu_jobs USING (true) WITH CHECK (true);
"""


def undo(table: str) -> str:
    """The reverse of `own_rows`."""
    drops = "".join(
        f"DROP POLICY {table}_{name} ON {table};"
        for name in ("seen", "added", "changed", "removed", "jobs")
    )
    return f"{drops} ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
