"""Keep, with a signed file, until when it proves its signatures: what a renewal goes by."""

from __future__ import annotations

import base64

from congvu.signing.algorithms import hold_of
from congvu.signing.lasting import Lasting, chain_of
from congvu.signing.models import ArchivalVersion, SignatureRecord


def keep_version(record: SignatureRecord, reached: Lasting, *, agency_id: int) -> ArchivalVersion:
    """The first version of a file that was just closed, in the caller's transaction.

    What proves it is its newest time-stamp; without one, the certificate that signed.
    """
    proof = reached.stamps[-1] if reached.stamps else chain_of(record.certificate)
    hold = hold_of(proof)
    return ArchivalVersion.objects.create(
        agency_id=agency_id,
        original=record.sha256_after,
        ordinal=0,
        sha256=record.sha256_after,
        level=reached.level,
        made_at=record.signed_at,
        holds_until=hold.until,
        ends_by=hold.ends_by,
        ends_what=hold.what[:400],
        proof=[base64.b64encode(one).decode() for one in proof],
    )
