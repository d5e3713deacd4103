"""Forget files that were purged: their renewed versions, reports, the hashes of what was signed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from congvu.kit.blobs import NOTHING
from congvu.rules.clauses import clause
from congvu.signing.models import ArchivalVersion, SignatureRecord, VerificationReport


def versions_of(files: Iterable[str]) -> set[str]:
    """The hashes of the files that renewals of time-stamps made of these."""
    found = ArchivalVersion.objects.filter(original__in=list(files))
    return set(found.values_list("sha256", flat=True))


@clause("QC.4.1", "S.34")
def forget_files(files: Iterable[str]) -> int:
    """Who signed when with which key stays; tells how many versions and reports went."""
    wanted = list(files)
    gone = Concat(Value("purged-"), Cast("id", CharField()))
    versions = ArchivalVersion.objects.filter(Q(original__in=wanted) | Q(sha256__in=wanted))
    count = int(versions.update(original=gone, sha256=gone, is_newest=False, proof=[]))
    reports = VerificationReport.objects.filter(sha256__in=wanted)
    count += int(reports.update(sha256=NOTHING, report={}))
    SignatureRecord.objects.filter(sha256_before__in=wanted).update(sha256_before=NOTHING)
    SignatureRecord.objects.filter(sha256_after__in=wanted).update(sha256_after=gone)
    return count
