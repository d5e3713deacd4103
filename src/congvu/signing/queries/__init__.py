"""Questions about certificates, marks and signatures."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db import connection
from django.db.models import Count, Q

from congvu.signing import ports
from congvu.signing.models import (
    Certificate,
    IssuerCertificate,
    Mark,
    RemoteKey,
    RevocationList,
    SignatureRecord,
    SigningProvider,
    TrustAnchor,
    TrustChange,
    VerificationReport,
    WaitingSignature,
)
from congvu.signing.types import Act, KeyRoad, RemoteWait, TokenHolder, Verification

LIST_ENDS_SOON = timedelta(hours=12)


def certificate_in_use(
    *, at: datetime, person_id: int | None = None, agency_id: int | None = None
) -> Certificate | None:
    """The certificate in use of a person or an agency that is valid at `at`."""
    return Certificate.objects.filter(
        person_id=person_id,
        agency_id=agency_id,
        state=Certificate.State.IN_USE,
        valid_from__lte=at,
        valid_to__gt=at,
    ).first()


def key_of_person(person_id: int, at: datetime) -> KeyRoad:
    """How the person's key is reached, and whether it wants a PIN, before an act is asked for.

    Whoever has no certificate yet is answered as in a demonstration: at once, without a PIN.
    """
    certificate = certificate_in_use(person_id=person_id, at=at)
    if certificate is None or not ports.is_connected(certificate.key_reference):
        return KeyRoad(road=ports.Road.AT_ONCE)  # the act itself says what is missing
    road = ports.road_of(certificate.key_reference)
    if road != ports.Road.AT_ONCE:
        key = RemoteKey.objects.select_related("provider").filter(certificate=certificate).first()
        return KeyRoad(road=road, service=key.provider.name if key else "")
    try:
        store, name = ports.key_store(certificate.key_reference)
        return KeyRoad(road=road, wants_pin=store.wants_pin(name))
    except ports.KeyAbsent:
        return KeyRoad(road=road)  # the act itself will say so


def certificate_to_sign_with(
    *, person_id: int | None = None, agency_id: int | None = None
) -> Certificate | None:
    """The holder's certificate in use, else the newest of all, else None: never had one."""
    rows = Certificate.objects.filter(person_id=person_id, agency_id=agency_id)
    found = list(rows.select_related("device").order_by("-registered_at", "-id"))
    in_use = [one for one in found if one.state == Certificate.State.IN_USE]
    return next(iter([*in_use, *found]), None)


def mark_of(*, person_id: int | None = None, agency_id: int | None = None) -> Mark | None:
    """The registered image of a person's signature or an agency's seal."""
    return Mark.objects.filter(person_id=person_id, agency_id=agency_id, withdrawn_at=None).first()


def records_behind(sha256: str) -> list[SignatureRecord]:
    """The signatures made here that led to exactly this file, the last one first."""
    chain: list[SignatureRecord] = []
    rows = SignatureRecord.objects.select_related("certificate")
    record = rows.filter(sha256_after=sha256).first()
    while record is not None:
        chain.append(record)
        record = rows.filter(sha256_after=record.sha256_before).first()
    return chain


def recorded_moments(sha256: str) -> dict[tuple[str, str], datetime]:
    """When each signature on exactly this file was made here, by its field and certificate."""
    return {
        (record.field, record.certificate.fingerprint): record.signed_at
        for record in records_behind(sha256)
    }


def has_act(records: list[SignatureRecord], act: Act) -> bool:
    """Whether one of the records is of this kind."""
    return any(record.act == act for record in records)


def trusted_roots(at: datetime) -> list[TrustAnchor]:
    """The anchors trusted at a moment."""
    anchors = TrustAnchor.objects.filter(trusted_from__lte=at)
    return [one for one in anchors if one.trusted_to is None or one.trusted_to > at]


def anchors() -> list[TrustAnchor]:
    """Every anchor there is or was, by purpose, what is trusted now first."""
    order = {value: place for place, value in enumerate(TrustAnchor.Purpose.values)}
    return sorted(
        TrustAnchor.objects.all(),
        key=lambda one: (order[one.purpose], one.trusted_to is not None, one.name),
    )


def open_trust_changes() -> list[TrustChange]:
    """Proposals that wait for a second administrator, the oldest first."""
    waiting = TrustChange.objects.filter(decided_at=None)
    return list(waiting.select_related("proposed_by").order_by("proposed_at", "id"))


def decided_trust_changes(limit: int = 30) -> list[TrustChange]:
    """What was decided, the newest first."""
    decided = TrustChange.objects.exclude(decided_at=None)
    people = decided.select_related("proposed_by", "decided_by")
    return list(people.order_by("-decided_at", "-id")[:limit])


def chained_issuers(at: datetime) -> list[IssuerCertificate]:
    """Intermediate certificates that lead to a root trusted at this moment."""
    known = {one.fingerprint for one in trusted_roots(at)}
    rest, chained = list(IssuerCertificate.objects.order_by("name", "id")), []
    while found := [one for one in rest if one.issued_by in known]:
        chained += found
        known |= {one.fingerprint for one in found}
        rest = [one for one in rest if one.fingerprint not in known]
    return chained


@dataclass(frozen=True)
class ListStanding:
    """A revocation list as it stands: "fresh", "ends_soon", "stale", or "absent"."""

    issuer: str
    state: str
    list: RevocationList | None = None


def list_standings(at: datetime) -> list[ListStanding]:
    """The list of every issuer that should have one, what needs care first."""
    held = {one.issuer: one for one in RevocationList.objects.select_related("taken_in_by")}
    wanted = {one.name for one in (*_signing_roots(at), *chained_issuers(at))}
    found = [ListStanding(issuer, _list_state(one, at), one) for issuer, one in held.items()]
    found += [ListStanding(issuer, "absent") for issuer in wanted - set(held)]
    order = ("stale", "absent", "ends_soon", "fresh")
    return sorted(found, key=lambda one: (order.index(one.state), one.issuer))


def _signing_roots(at: datetime) -> list[TrustAnchor]:
    stamps = TrustAnchor.Purpose.TIME_STAMP
    return [one for one in trusted_roots(at) if one.purpose != stamps]


def _list_state(held: RevocationList, at: datetime) -> str:
    if held.next_at <= at:
        return "stale"
    return "ends_soon" if held.next_at - at < LIST_ENDS_SOON else "fresh"


def trust_waiting(person_id: int, at: datetime) -> int:
    """How much waits for this administrator: others' proposals, and lists past their time."""
    proposals = TrustChange.objects.filter(decided_at=None).exclude(proposed_by_id=person_id)
    return proposals.count() + RevocationList.objects.filter(next_at__lte=at).count()


def known_lists() -> list[str]:
    """The newest revocation list of every issuer, base64 DER."""
    lists = RevocationList.objects.values_list("content", flat=True)
    return [base64.b64encode(bytes(content)).decode() for content in lists]


def waiting_for(subject_kind: str, subject_id: int) -> list[WaitingSignature]:
    """The signatures that are asked for and still wait, for what they are asked for."""
    return list(
        WaitingSignature.objects.filter(
            subject_kind=subject_kind,
            subject_id=subject_id,
            state=WaitingSignature.State.WAITING,
        ).order_by("id")
    )


def token_holder(token_hash: str) -> TokenHolder | None:
    """Whose request a plug-in's token belongs to; before any wall was entered (0005_plugin)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM signing_waiting_by_token(%s)", [token_hash])
        found = cursor.fetchone()
    return TokenHolder(*found) if found else None


def names_in(subject: str) -> list[str]:
    """The names by which a certificate calls its holder: common name, organisation."""
    parsed = x509.Name.from_rfc4514_string(subject)
    kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    names = [str(one.value) for kind in kinds for one in parsed.get_attributes_for_oid(kind)]
    return list(dict.fromkeys(names))


def first_signature_with(certificate_id: int) -> SignatureRecord | None:
    """The first signature made here with a certificate: the proof that its holder has the key."""
    records = SignatureRecord.objects.filter(certificate_id=certificate_id)
    return records.order_by("signed_at", "id").first()


def remote_waits(subject_kind: str, subject_ids: Sequence[int], person_id: int) -> dict[int, int]:
    """For what this person has been asked to confirm on the phone: subject -> its request."""
    rows = WaitingSignature.objects.filter(
        subject_kind=subject_kind,
        subject_id__in=subject_ids,
        by__person_id=person_id,
        road=WaitingSignature.Road.REMOTE,
        state=WaitingSignature.State.WAITING,
    )
    return dict(rows.values_list("subject_id", "id"))


def remote_wait(waiting_id: int, *, person_id: int, at: datetime) -> RemoteWait | None:
    """This person's own request; None for anybody else's."""
    row = (
        WaitingSignature.objects.select_related("certificate__remote_key__provider")
        .filter(id=waiting_id, by__person_id=person_id, road=WaitingSignature.Road.REMOTE)
        .first()
    )
    if row is None:
        return None
    key = getattr(row.certificate, "remote_key", None)
    return RemoteWait(
        id=row.id,
        state=row.state,
        state_label=row.get_state_display(),
        said=row.said,
        asked_at=row.asked_at,
        seconds_left=max(0, math.ceil((row.expires_at - at).total_seconds())),
        code=comparison_code(row.base_file),
        service=key.provider.name if key else "",
        certificate=row.certificate.serial,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        base_file=row.base_file,
    )


def comparison_code(base_file: str) -> str:
    """What the holder compares on the phone: the beginning of the file's hash, in two groups."""
    return f"{base_file[:4]}-{base_file[4:8]}".upper()


def active_providers() -> list[SigningProvider]:
    """The remote services in use, by name."""
    return list(SigningProvider.objects.filter(is_active=True).order_by("name"))


def providers_with_keys() -> list[SigningProvider]:
    """Every remote service; `key_count`: how many people sign with a key there."""
    in_use = Count("keys", filter=Q(keys__certificate__state=Certificate.State.IN_USE))
    return list(SigningProvider.objects.annotate(key_count=in_use).order_by("name"))


def certificates_of_person(person_id: int) -> list[Certificate]:
    """All of them, the one in use first."""
    rows = Certificate.objects.select_related("remote_key__provider").filter(person_id=person_id)
    return sorted(rows, key=lambda one: (one.state != Certificate.State.IN_USE, -one.id))


def certificates_by_fingerprint(fingerprints: list[str]) -> dict[str, Certificate]:
    """Registered certificates among these SHA-256 fingerprints."""
    found = Certificate.objects.filter(fingerprint__in=fingerprints)
    return {certificate.fingerprint: certificate for certificate in found}


def newest_reports(hashes: list[str]) -> dict[str, Verification]:
    """What the last stored verification said, of each of these files that was ever verified."""
    if not hashes:
        return {}
    reports = VerificationReport.objects.filter(sha256__in=hashes)
    newest = reports.order_by("sha256", "-at", "-id").distinct("sha256")
    return {one.sha256: Verification.from_json(one.report) for one in newest}


def newest_report(sha256: str) -> Verification | None:
    """What the last stored verification of a file said; None when it was never verified."""
    report = newest_stored(sha256)
    return Verification.from_json(report.report) if report else None


def newest_stored(sha256: str) -> VerificationReport | None:
    """The row of the last verification of a file; None when it was never verified."""
    return VerificationReport.objects.filter(sha256=sha256).order_by("-at", "-id").first()
