"""Register the certificate in one's own device, as the program on one's machine shows it.

Decision: possession of the key is proved by the first signature, not here. What `Auth` of the
program answers (which bytes it signs, in which form) stands in no public contract; the file that
is signed first must carry this certificate and be valid, or it is refused (`accept_signed_file`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.folding import fold
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause
from congvu.signing import queries
from congvu.signing.choose_number_way import way_of_new
from congvu.signing.models import Certificate, SigningDevice

SCHEME = "vgca"
_READER = "congvu.signing.adapters.read_certificate:facts"
_LIMITS = Limits(cpu_seconds=5, wall_seconds=10.0)


@clause("QC.10.3")
def register_own_certificate(
    *, content: bytes, for_agency: bool, by: Actor, at: datetime
) -> Certificate:
    """One's own certificate, or the agency's (its clerk); the former one is replaced.

    The name in the certificate must be the holder's, so that nobody takes another's certificate.
    """
    with transaction.atomic():
        read = _read(content)
        holder = {"agency_id": by.agency_id} if for_agency else {"person_id": by.person_id}
        name = by.agency_name if for_agency else by.full_name

        refuse_if(for_agency and not (by.has(CLERK) and by.agency_id), "signing.E197")
        refuse_unless(read["signs"], "signing.E195", why="không được cấp để ký số")
        valid_from, valid_to = (
            datetime.fromisoformat(read[name]) for name in ("valid_from", "valid_to")
        )
        refuse_unless(valid_from <= at < valid_to, "signing.E195", why="chưa có hoặc hết hiệu lực")
        found = queries.names_in(read["subject"])
        is_own = fold(name) in {fold(one) for one in found}
        refuse_unless(is_own, "signing.E196", found=", ".join(found) or "trống", name=name)
        former = queries.certificate_to_sign_with(**holder)
        is_lost = former is not None and former.state == Certificate.State.REVOKED
        refuse_if(is_lost, "signing.E199")
        known = Certificate.objects.filter(fingerprint=read["fingerprint"])
        refuse_if(known.exists(), "signing.E194")

        Certificate.objects.select_for_update().filter(
            **holder, state=Certificate.State.IN_USE
        ).update(state=Certificate.State.REPLACED)
        certificate = Certificate.objects.create(
            **holder,
            device=_token_of(holder),
            subject=read["subject"],
            issuer=read["issuer"],
            serial=read["serial"],
            fingerprint=read["fingerprint"],
            chain=read["chain"],
            valid_from=valid_from,
            valid_to=valid_to,
            key_reference=f"{SCHEME}:{read['serial']}"[:80],
            signs_once=for_agency and way_of_new(f"{SCHEME}:", former),
            registered_at=at,
        )

        write_entry(
            "signing.certificate_registered",
            by=by,
            at=at,
            on=("certificate", certificate.id),
            clause="QC.10.3",
            details={"serial": certificate.serial, "subject": certificate.subject},
        )
    return certificate


def _token_of(holder: Mapping[str, int | None]) -> SigningDevice | None:
    """The token of the register that this holder was handed; None where no register is kept."""
    tokens = SigningDevice.objects.filter(
        kind=SigningDevice.Kind.TOKEN, state=SigningDevice.State.HELD
    )
    own = tokens.filter(**{"person_id": None, **holder})
    return own.order_by("-id").first()


def _read(content: bytes) -> dict[str, Any]:
    """What stands in the certificate, read in the sandbox."""
    try:
        read: dict[str, Any] = run_limited(_READER, content, limits=_LIMITS)
    except SandboxFailure as failure:
        raise refusal("signing.E193") from failure
    refuse_if(read["fault"], "signing.E193")
    return read
