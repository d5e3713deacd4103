"""Verify a file that came in or goes out, and keep what was found (documents fact 105)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from congvu.rules.clauses import clause
from congvu.signing.examine import examine_pdf
from congvu.signing.models import VerificationReport
from congvu.signing.types import Verification


@clause("QC.7.1")
def verify_pdf(
    pdf: bytes | Path,
    *,
    at: datetime,
    seen_at: datetime | None = None,
    found: Verification | None = None,
) -> Verification:
    """Examine the signatures and store the report, which outlives the certificates.

    `seen_at` is when this house first held these bytes (default `at`); `found` what was examined
    of them a moment ago. A broken file is a result (`FileState.UNREADABLE`), not an error.
    """
    found = found or examine_pdf(pdf, at=at, seen_at=seen_at)
    with transaction.atomic():
        VerificationReport.objects.create(
            sha256=found.sha256,
            at=at,
            seen_at=seen_at or at,
            state=found.state,
            report=found.as_json(),
        )
    return found
