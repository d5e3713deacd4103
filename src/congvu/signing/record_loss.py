"""Put a loss on record: the incident, the letter to the provider, the report, the word to all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from congvu.audit.write import write_entry
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.kit import blobs, clock
from congvu.kit.events import publish
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.signing.events import ControlLost
from congvu.signing.models import LossReport
from congvu.signing.queries.custody import report_authority
from congvu.signing.typeset_custody import typeset_loss_letter

_KINDS = {
    LossReport.Kind.KEY: Incident.Kind.KEY_LOST,
    LossReport.Kind.ACCOUNT: Incident.Kind.ACCOUNT_LOST,
}


@dataclass(frozen=True)
class Loss:
    """What is out of control since when; `what` names it in words, `links` are the row's keys."""

    kind: LossReport.Kind
    what: str
    lost_at: datetime
    said: str
    provider: str
    links: dict[str, int | None] = field(default_factory=dict)
    device: str = ""
    serial: str = ""
    ended_sessions: int = 0
    suspended: tuple[int, ...] = ()


def record_loss(loss: Loss, *, by: Actor, at: datetime) -> LossReport:
    """In the caller's transaction, which has already taken the key or account out of use."""
    agency_id = by.agency_id or 0
    authority = report_authority(at)
    said = f"Báo mất quyền kiểm soát {loss.what} từ {_when(loss.lost_at)}."
    incident = open_incident(
        kind=_KINDS[loss.kind],
        agency_id=agency_id,
        said=f"{said} {loss.said}".strip()[:1000],
        under="QC.10.3",
        by=by,
        at=at,
        facts={
            "what": loss.what,
            "device": loss.device,
            "serial": loss.serial,
            "lost_at": loss.lost_at.isoformat(),
        },
    )
    letter = typeset_loss_letter(
        agency_id,
        what=loss.what,
        facts=_letter_facts(loss, by, at),
        addressee=loss.provider or "Đơn vị cung cấp dịch vụ",
        copies=[authority.name] if authority else [],
        at=at,
    )
    report = LossReport.objects.create(
        agency_id=agency_id,
        kind=loss.kind,
        what=loss.what[:300],
        said=loss.said[:1000],
        lost_at=loss.lost_at,
        reported_at=at,
        by_id=by.posting_id,
        incident=incident,
        authority_id=authority.id if authority else None,
        ended_sessions=loss.ended_sessions,
        suspended_delegations=list(loss.suspended),
        letter=blobs.keep(letter.pdf, "application/pdf").sha256,
        **loss.links,
    )
    write_entry(
        "signing.loss_reported",
        by=by,
        at=at,
        on=("loss_report", report.id),
        clause="QC.10.3",
        details={"kind": str(loss.kind), "since": loss.lost_at.isoformat()},
    )
    publish(ControlLost(report_id=report.id, at=at))
    return report


def _letter_facts(loss: Loss, by: Actor, at: datetime) -> dict[str, str]:
    reporter = f"{by.full_name}, {by.title}" if by.title else by.full_name
    facts = {
        "Đối tượng": loss.what[:1].upper() + loss.what[1:],
        "Thiết bị lưu khóa": loss.device,
        "Số hiệu chứng thư số": loss.serial,
        "Mất quyền kiểm soát từ": _when(loss.lost_at),
        "Báo trên Hệ thống lúc": _when(at),
        "Người báo": reporter,
        "Cơ quan": orgs.agency(by.agency_id or 0).name,
        "Diễn biến": loss.said,
    }
    return {name: value for name, value in facts.items() if value}


def _when(moment: datetime) -> str:
    return f"{clock.local(moment):%H giờ %M phút ngày %d/%m/%Y}"
