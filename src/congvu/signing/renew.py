"""Renew the time-stamp of a signed file before what proves it runs out.

A new file is kept beside the one as issued: it begins with the bytes of the newest version and adds
evidence about that version's time-stamp and a new time-stamp over everything. The issued file and
its hash never change.
"""

from __future__ import annotations

import base64
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs, clock, wall
from congvu.kit.jobs import job, periodic
from congvu.kit.outside import asking_between
from congvu.kit.refusal import Refusal, refusal, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.words import day_words, local
from congvu.signing import lasting, ports, queries
from congvu.signing.algorithms import hold_of
from congvu.signing.lasting import Closing, Lasting
from congvu.signing.models import ArchivalVersion, SignatureRecord
from congvu.signing.types import Act, Level

LEAD = timedelta(days=365)  # how long before its end a version falls due
PDF = "application/pdf"


@clause("QC.7.1", "TT41")
def renew_stamp(*, original: str, at: datetime, by: Actor | None = None) -> ArchivalVersion:
    """Keep a newer version of the file `original` (its SHA-256) under a new time-stamp.

    Refuses E105 while nothing falls due, E106 without the file, E108 without a time-stamp, E109
    when the new one would hold no longer than the old.
    """
    with transaction.atomic():
        newest = _locked(original)

        refuse_unless(
            newest.holds_until <= at + LEAD,
            "signing.E105",
            until=day_words(local(newest.holds_until - LEAD).date()),
        )

        content, reached = _renewed(newest, at)
        hold = hold_of(reached.stamps[-1])
        refuse_unless(
            hold.until > newest.holds_until,
            "signing.E109",
            until=day_words(local(hold.until).date()),
        )
        kept = blobs.keep(content, PDF, restricted=blobs.is_restricted(newest.original))
        newest.is_newest = False
        newest.save(update_fields=["is_newest"])
        version = ArchivalVersion.objects.create(
            agency_id=newest.agency_id,
            original=original,
            ordinal=newest.ordinal + 1,
            sha256=kept.sha256,
            level=reached.level,
            made_at=at,
            holds_until=hold.until,
            ends_by=hold.ends_by,
            ends_what=hold.what[:400],
            proof=[base64.b64encode(one).decode() for one in reached.stamps[-1]],
        )

        write_entry(
            "signing.renewed",
            by=by,
            at=at,
            on=("archival_version", version.id),
            agency_id=newest.agency_id,
            clause="TT41",
            details={
                "original": original,
                "before": newest.sha256,
                "after": version.sha256,
                "until": version.holds_until.isoformat(),
            },
        )
    return version


def _locked(original: str) -> ArchivalVersion:
    """The newest version; two renewals of one file wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"signing.renew.{original}"]
        )
    newest = ArchivalVersion.objects.filter(original=original, is_newest=True).first()
    if newest is None:
        raise refusal("signing.E107")
    return newest


def _renewed(newest: ArchivalVersion, at: datetime) -> tuple[bytes, Lasting]:
    try:
        content = blobs.read(newest.sha256)
    except FileNotFoundError as absent:
        raise refusal("signing.E106") from absent
    with tempfile.NamedTemporaryFile(prefix="congvu-renew-") as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        try:
            reached = lasting.stamp_file(path, _evidence(newest, at), Lasting(Level.LTA), at)
        except ports.TimeStampUnavailable as fault:
            raise refusal("signing.E108", why=str(fault)) from fault
        except ports.UnreadablePdf as fault:
            raise refusal("signing.E106") from fault
        return path.read_bytes(), reached


def _evidence(newest: ArchivalVersion, at: datetime) -> ports.Evidence:
    """About the time-stamp that is being renewed; about the signatures where there was none yet."""
    if newest.ordinal == 0 and newest.level in {Level.B, Level.T}:
        record = SignatureRecord.objects.get(sha256_after=newest.original)
        closing = Closing(Act(record.act), record.sha256_before, record.certificate, at)
        return lasting.evidence_for(closing, Lasting())[0]
    proof = tuple(base64.b64decode(text) for text in newest.proof)
    return lasting.stamp_evidence([proof], at)


@periodic("10 2 * * *", lane="bulk")
def renew_due() -> None:
    """Every night: ring for each file that falls due; what was renewed meanwhile rings in vain."""
    with wall.crossing_agencies():
        for original in queries.originals_falling_due(clock.now() + LEAD):
            renew_one.defer(original=original)


@job(lane="bulk", lock="renew-{original}")
def renew_one(original: str) -> None:
    """The doorbell: safe to ring twice; a kill leaves the old version, and the next night rings.

    What no stamper can make better stays on the list of what falls due, and nothing is repeated.
    """
    asking_between(lambda: _renew_if_due(original, clock.now()))


def _renew_if_due(original: str, now: datetime) -> None:
    with wall.crossing_agencies():
        if original not in queries.originals_falling_due(now + LEAD, original=original):
            return
        try:
            renew_stamp(original=original, at=now)
        except Refusal as refused:
            if refused.code != "signing.E109":
                raise
