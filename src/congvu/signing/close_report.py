"""End a report of loss: recovered by a new certificate or password, or it was a false alarm."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_unless
from congvu.orgs.resume_delegations import resume_delegations
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access
from congvu.signing.models import Certificate, LossReport

SHORTEST, LONGEST = 5, 500
_OPEN = LossReport.State.OPEN


@clause("QC.10.3")
def close_as_false_alarm(*, report_id: int, note: str, by: Actor, at: datetime) -> LossReport:
    """The key or account was never out of control. The revocation of a certificate stays: a new
    one is needed all the same."""
    with transaction.atomic():
        report = access.report_for(by, report_id, to="close", lock=True)

        open_yet = report.state == _OPEN
        refuse_unless(open_yet, "signing.E156", state=report.get_state_display())
        refuse_unless(SHORTEST <= len(note.strip()) <= LONGEST, "signing.E158")

        return end_report(report, LossReport.State.FALSE_ALARM, note.strip(), by=by, at=at)


def recover(certificate: Certificate, *, by: Actor | None, at: datetime) -> None:
    """The holder has a new certificate: the reports of the lost key are answered by it."""
    waiting = LossReport.objects.select_for_update().filter(
        state=_OPEN,
        kind=LossReport.Kind.KEY,
        certificate__person_id=certificate.person_id,
        certificate__agency_id=certificate.agency_id,
    )
    for report in waiting:
        note = f"Đã cấp chứng thư số mới {certificate.serial}."
        end_report(report, LossReport.State.RECOVERED, note, by=by, at=at)


def end_report(
    report: LossReport, state: LossReport.State, note: str, *, by: Actor | None, at: datetime
) -> LossReport:
    """Write the end; delegations hold again unless another report on the person is still open."""
    report.state, report.closed_at, report.closing_note = state, at, note
    report.save(update_fields=["state", "closed_at", "closing_note"])
    others = LossReport.objects.filter(person_id=report.person_id, state=_OPEN)
    if report.person_id is not None and not others.exists():
        ids = LossReport.objects.filter(person_id=report.person_id)
        stopped = [one for row in ids for one in row.suspended_delegations]
        resume_delegations(ids=stopped, by=by, at=at)
    write_entry(
        "signing.loss_closed",
        by=by,
        at=at,
        on=("loss_report", report.id),
        agency_id=report.agency_id,
        clause="QC.10.3",
        details={"state": str(state), "note": note},
    )
    return report
