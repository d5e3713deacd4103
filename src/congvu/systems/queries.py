"""May an agency use this channel on that day, and why."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from congvu.kit.refusal import refuse_unless
from congvu.rules import systems as rules
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.systems.models import ApprovedSystem, ExceptionGrant
from congvu.systems.refusals import CHANNEL_NOT_ALLOWED


@clause("QC.4.2", "QC.6.1", "QC.11.3")
def channel_finding(channel: str, agency_id: int, on: date, case: str = "") -> Finding[bool]:
    """Whether the agency may exchange through this channel on that day.

    case: the granted case the sending appeals to, in the words of the grant; "" appeals to none.
    """
    approved = ApprovedSystem.objects.filter(channel=channel, valid_from__lte=on)
    grants = open_grants(channel, agency_id, on) if case else []
    return rules.may_exchange(
        channel,
        on=on,
        agency=str(agency_id),
        case=case,
        systems=[
            rules.ApprovedSystem(
                one.channel, one.name, one.clause, one.ground, one.valid_from, one.valid_to
            )
            for one in approved
        ],
        exceptions=[
            rules.GrantedException(
                channel=one.channel,
                agency=str(agency_id),
                case=one.case,
                grantor=rules.Grantor(one.granted_by),
                document=one.decision,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
            )
            for one in grants
        ],
    )


def refuse_unregistered(channel: str, agency_id: int, on: date, case: str = "") -> Finding[bool]:
    """The finding when the channel may be used; else a refusal that names QC.11.3."""
    finding = channel_finding(channel, agency_id, on, case)
    refuse_unless(finding.value, CHANNEL_NOT_ALLOWED, said=finding.explanation)
    return finding


def open_grants(channel: str, agency_id: int, on: date) -> list[ExceptionGrant]:
    """The exceptions the agency may appeal to on that day, for choosing a case when sending."""
    mine = Q(agency_id=agency_id) | Q(agency_id__isnull=True)
    return list(
        ExceptionGrant.objects.filter(
            mine, channel=channel, revoked_at__isnull=True, valid_from__lte=on, valid_to__gte=on
        ).order_by("id")
    )


def register_on(on: date) -> list[ApprovedSystem]:
    """The register as it stands on a day, in the order of QC.6.1."""
    standing = ApprovedSystem.objects.filter(valid_from__lte=on).exclude(valid_to__lt=on)
    return list(standing.order_by("clause", "id"))
