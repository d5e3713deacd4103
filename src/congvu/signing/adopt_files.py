"""Adopt files signed before versions were kept: from then on they are renewed in time too."""

from __future__ import annotations

import base64
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from congvu.audit.write import write_entry
from congvu.kit import blobs, wall
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.signing import lasting
from congvu.signing.algorithms import hold_of
from congvu.signing.examine import examine_pdf
from congvu.signing.models import ArchivalVersion, SignatureRecord
from congvu.signing.types import Level

AT_A_TIME = 100


@clause("QC.7.1", "TT41")
def adopt_files(*, at: datetime) -> int:
    """Adopt some of them, the oldest first; tells how many. Safe to ring twice.

    What proves such a file is taken to be the certificate of its last signature, which ends no
    later than a time-stamp in it: it falls due rather too early than too late.
    """
    with wall.crossing_agencies():
        waiting = list(_without_version()[:AT_A_TIME])
    for record in waiting:
        level = _level_of(record, at)
        with wall.crossing_agencies(), transaction.atomic():
            _adopt(record, level, at)
    return len(waiting)


def _without_version() -> QuerySet[SignatureRecord]:
    version = ArchivalVersion.objects.filter(original=OuterRef("sha256_after"))
    closed = SignatureRecord.objects.select_related("certificate").filter(
        act__in=lasting.CLOSING, certificate__agency_id__isnull=False
    )
    return closed.filter(~Exists(version)).order_by("id")


def _level_of(record: SignatureRecord, at: datetime) -> Level:
    """As it was recorded, else as the file itself shows; a file that is gone shows nothing, and its
    renewal will say so."""
    if record.level:
        return Level(record.level)
    try:
        found = examine_pdf(blobs.payload(record.sha256_after), at=at)
    except (FileNotFoundError, Refusal):
        return Level.B
    own = [one.level for one in found.signatures if one.field == record.field and one.level]
    return Level(own[0]) if own else Level.B


def _adopt(record: SignatureRecord, level: Level, at: datetime) -> None:
    proof = lasting.chain_of(record.certificate)
    hold = hold_of(proof)
    version, is_new = ArchivalVersion.objects.get_or_create(
        original=record.sha256_after,
        ordinal=0,
        defaults={
            "agency_id": record.certificate.agency_id,
            "sha256": record.sha256_after,
            "level": level,
            "made_at": record.signed_at,
            "holds_until": hold.until,
            "ends_by": hold.ends_by,
            "ends_what": hold.what[:400],
            "proof": [base64.b64encode(one).decode() for one in proof],
        },
    )
    if is_new:
        write_entry(
            "signing.adopted",
            by=None,
            at=at,
            on=("archival_version", version.id),
            agency_id=version.agency_id,
            clause="TT41",
            details={"file": version.original, "until": version.holds_until.isoformat()},
        )
