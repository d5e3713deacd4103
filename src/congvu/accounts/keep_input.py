"""Keep what somebody had typed when the session locked, for the same account only (S.06)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from congvu.accounts.keep_secret import open_secret, seal_secret
from congvu.accounts.models import KeptInput
from congvu.accounts.types import Visit
from congvu.kit.refusal import refuse_if
from congvu.rules.clauses import clause

LARGEST = 1_000_000  # characters of JSON
MOST_PER_SESSION = 5
KEPT_FOR = timedelta(hours=24)
NEVER_KEPT = ("csrfmiddlewaretoken", "pin", "otp")


@clause("S.06")
def keep_input(
    *, visit: Visit, path: str, fields: Mapping[str, Sequence[str]], at: datetime
) -> int | None:
    """Keep the posted fields, encrypted; returns the row's id, None where nothing is worth it."""
    worth = {
        name: list(values)
        for name, values in fields.items()
        if name not in NEVER_KEPT and "password" not in name
    }
    packed = json.dumps(worth, ensure_ascii=False)
    with transaction.atomic():
        earlier = KeptInput.objects.filter(session_id=visit.session_id, path=path)
        full = KeptInput.objects.filter(session_id=visit.session_id).exclude(path=path)
        if not worth or len(packed) > LARGEST or full.count() >= MOST_PER_SESSION:
            return None
        earlier.delete()
        kept = KeptInput.objects.create(
            session_id=visit.session_id,
            path=path[:500],
            sealed_fields=seal_secret(packed, purpose="kept-input"),
            kept_at=at,
        )
    return int(kept.id)


def kept_input(*, kept_id: int, visit: Visit, at: datetime) -> tuple[str, dict[str, list[str]]]:
    """The path and fields that were kept; refused for any other account and after 24 hours."""
    kept = KeptInput.objects.filter(
        id=kept_id, session__account_id=visit.account_id, kept_at__gt=at - KEPT_FOR
    ).first()
    refuse_if(kept is None, "accounts.E070")
    return kept.path, json.loads(open_secret(kept.sealed_fields, purpose="kept-input"))


def forget_inputs(*, at: datetime) -> int:
    """Delete kept inputs after 24 hours; returns how many."""
    gone, _ = KeptInput.objects.filter(kept_at__lte=at - KEPT_FOR).delete()
    return int(gone)
