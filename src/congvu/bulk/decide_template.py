"""The leader's decision on a template: approved, sent back, or withdrawn later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.models import TemplateVersion
from congvu.bulk.states import VersionState
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST_REASON = 10


@clause("QC.7.2")
def approve_template(
    *, template_id: int, version_id: int, by: Actor, at: datetime
) -> TemplateVersion:
    """From here the words never change and orders may be made of them.

    `version_id` is the one that was looked at: a newer one is not approved by mistake.
    """
    return _decide(
        template_id, version_id, VersionState.SUBMITTED, VersionState.APPROVED, "duyệt", "", by, at
    )


@clause("QC.7.2")
def send_back_template(
    *, template_id: int, version_id: int, reason: str, by: Actor, at: datetime
) -> TemplateVersion:
    """Back to its author with the reason."""
    return _decide(
        template_id,
        version_id,
        VersionState.SUBMITTED,
        VersionState.DRAFTED,
        "trả lại",
        _reason(reason),
        by,
        at,
    )


@clause("QC.7.2")
def withdraw_template(
    *, template_id: int, version_id: int, reason: str, by: Actor, at: datetime
) -> TemplateVersion:
    """No order may be released with it any more; what has gone out stays as it is."""
    return _decide(
        template_id,
        version_id,
        VersionState.APPROVED,
        VersionState.WITHDRAWN,
        "rút",
        _reason(reason),
        by,
        at,
    )


def _reason(text: str) -> str:
    reason = clean_text(text).strip()[:500]
    refuse_unless(len(reason) >= LEAST_REASON, "bulk.E020")
    return reason


def _decide(
    template_id: int,
    version_id: int,
    before: VersionState,
    after: VersionState,
    act: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> TemplateVersion:
    with transaction.atomic():
        template = access.template_for(by, template_id, to="approve", lock=True)
        version = template.versions.filter(id=version_id).first()

        refuse_unless(version, "bulk.E003")
        state = version.get_state_display()
        refuse_unless(version.state == before, "bulk.E019", state=state, act=act)

        version.state, version.said = after, reason
        version.decided_by_id, version.decided_at = by.posting_id, at
        version.save(update_fields=["state", "said", "decided_by", "decided_at"])
        write_entry(
            f"bulk.template_{after.value}"
            if after != VersionState.DRAFTED
            else "bulk.template_sent_back",
            by=by,
            at=at,
            on=("message_template", template.id),
            clause="QC.7.2",
            details={"version": version.ordinal, "reason": reason},
        )
    return version
