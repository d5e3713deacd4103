"""Who may change the rows of an agency: its administrator, or the installation itself."""

from __future__ import annotations

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.types import AGENCY_ADMIN, SYSTEM_ADMIN, Actor


def refuse_outsiders(by: Actor | None, agency_id: int) -> None:
    """Only the agency's own administrator may go on (by None: the installation itself)."""
    refuse_if(by is not None and by.agency_id != agency_id, refusals.OTHER_AGENCY)
    refuse_unless(by is None or by.has(AGENCY_ADMIN), refusals.NOT_ADMINISTRATOR)


def refuse_all_but_system(by: Actor | None) -> None:
    """Only the administrator of the system may change the tree of agencies."""
    refuse_unless(by is None or by.has(SYSTEM_ADMIN), refusals.NOT_ADMINISTRATOR)
