"""Tell those who must know of a loss: the agency's own people, and the responsible agency's."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import clock, wall
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN
from congvu.rules.clauses import clause
from congvu.signing.models import CustodyNotice, LossReport
from congvu.signing.tell import Word, tell


@clause("QC.10.3")
def tell_of_loss(*, report_id: int, at: datetime) -> int:
    """A notice to each; safe to repeat. Tells how many were new to it."""
    with wall.crossing_agencies():
        report = LossReport.objects.select_related("agency").get(id=report_id)
        said = f"Báo mất quyền kiểm soát {report.what}"
        when = f"từ {clock.local(report.lost_at):%H:%M %d/%m/%Y}"
        word = Word(
            kind=CustodyNotice.Kind.LOSS,
            key=f"loss-{report.id}",
            text=f"{said}, {when}. Cơ quan báo: {report.agency.name}.",
            subject_kind="report",
            subject_id=report.id,
        )
        return tell(word, to=_addressees(report, at), at=at)


def _addressees(report: LossReport, at: datetime) -> list[tuple[int, int]]:
    """The administrators and the head of the agency (its clerks for the agency's own key), the
    holder, and the administrators of the responsible agency, or its clerks where it has none."""
    day = clock.local(at).date()
    own = report.agency_id
    people = orgs.holders_of_role(own, AGENCY_ADMIN, day)
    if report.person_id is None:
        people += orgs.clerks_of(own, day)
    else:
        people += [one for one in orgs.postings_of(report.person_id, day) if one.agency_id == own]
    head = orgs.head_of(own, day)
    people += [head] if head else []
    if report.authority_id is not None and report.authority_id != own:
        administrators = orgs.holders_of_role(report.authority_id, AGENCY_ADMIN, day)
        people += administrators or orgs.clerks_of(report.authority_id, day)
    return [(one.agency_id, one.posting_id) for one in people if one.posting_id != report.by_id]
