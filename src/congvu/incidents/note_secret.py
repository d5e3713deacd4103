"""Note that the mark of a state secret was refused at an entrance: an incident of the agency.

A reaction to `SecretRefused`, heard after the refused act was rolled back. The same person at the
same entrance under the same rule within a day is one incident, told again as a step of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from congvu.incidents import queries
from congvu.incidents.models import Incident, IncidentStep
from congvu.incidents.open_incident import open_incident
from congvu.kit import wall
from congvu.kit.events import SecretRefused
from congvu.rules.clauses import clause

SAME_WITHIN = timedelta(hours=24)
MOST_REPEATS = 50  # told one by one; a flood from outside goes on being counted in the audit log
ENTRANCES = {
    "draft": "khi đính kèm tệp vào dự thảo",
    "draft-text": "khi soạn thảo văn bản",
    "intake": "khi nhập văn bản đến",
    "public": "tại trang kiểm tra văn bản công khai",
    "package": "trong gói tin gửi đến qua trục liên thông",
    "mail": "trong thư điện tử gửi đến",
    "chat": "trong tin nhắn gửi đến",
    "typed": "khi nhập nội dung vào biểu mẫu",
}


@clause("QC.4.1", "LBMNN.5", "QC.4.4")
def note_secret(event: SecretRefused) -> None:
    """Lay it before the agency's officer; nothing of what was refused is known here."""
    by = event.by if event.by is not None and event.by.agency_id is not None else None
    agency_id = by.agency_id if by else event.agency_id or queries.public_watch(event.at)
    if agency_id is None:
        return  # an installation without any agency has nobody to tell
    with wall.inside_agency(agency_id):
        earlier = _earlier(event, agency_id, by)
        if earlier is not None:
            _note_again(earlier, event)
            return
        open_incident(
            kind=Incident.Kind.STATE_SECRET,
            agency_id=agency_id,
            said=_sentence(event),
            under="QC.4.1",
            by=by,
            at=event.at,
            facts=_facts(event),
        )


def _facts(event: SecretRefused) -> dict[str, object]:
    return {
        "entrance": event.entrance,
        "level": event.level,
        "rules": list(event.rules),
        "places": list(event.places),
    }


def _sentence(event: SecretRefused) -> str:
    where = ENTRANCES.get(event.entrance, event.entrance)
    level = f", nghi độ {event.level}" if event.level else ""
    return (
        f"Hệ thống đã từ chối tài liệu có dấu hiệu bí mật nhà nước{level}, {where}"
        f" (dấu hiệu ở: {', '.join(event.places)}). Không có nội dung nào được lưu."
    )


def _earlier(event: SecretRefused, agency_id: int, by: Any) -> Incident | None:
    return (
        Incident.objects.select_for_update()
        .filter(
            agency_id=agency_id,
            kind=Incident.Kind.STATE_SECRET,
            by_id=by.posting_id if by else None,
            facts=_facts(event),
            opened_at__gt=event.at - SAME_WITHIN,
        )
        .exclude(state=Incident.State.CLOSED)
        .first()
    )


def _note_again(earlier: Incident, event: SecretRefused) -> None:
    told = earlier.steps.filter(act=IncidentStep.Act.AGAIN).count()
    if told < MOST_REPEATS:
        IncidentStep.objects.create(
            agency_id=earlier.agency_id,
            incident=earlier,
            act=IncidentStep.Act.AGAIN,
            text="Lại có tài liệu bị từ chối tại cùng nơi, vì cùng dấu hiệu.",
            by_id=earlier.by_id,
            at=event.at,
        )
