"""Questions about certificates, marks and signatures."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.db import connection
from django.db.models import Count, Q

from congvu.signing import ports
from congvu.signing.models import (
    ArchivalVersion,
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
from congvu.signing.types import (
    LEVEL_WORDS,
    Act,
    KeyRoad,
    Level,
    RemoteWait,
    TokenHolder,
    Variant,
    Verification,
)

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
        if key is None:
            return KeyRoad(road=road)
        return KeyRoad(
            road=road, service=key.provider.name, is_typed=key.is_typed, at_once=key.lot_size
        )
    try:
        store, name = ports.key_store(certificate.key_reference)
        return KeyRoad(road=road, wants_pin=store.wants_pin(name))
    except ports.KeyAbsent:
        return KeyRoad(road=road)  # the act itself will say so


def key_of_agency(agency_id: int, at: datetime) -> KeyRoad:
    """How the agency's key is reached; who has no certificate yet is answered as above."""
    certificate = certificate_in_use(agency_id=agency_id, at=at)
    if certificate is None or not ports.is_connected(certificate.key_reference):
        return KeyRoad(road=ports.Road.AT_ONCE)
    return KeyRoad(road=ports.road_of(certificate.key_reference))


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


def recorded_here(sha256: str) -> dict[tuple[str, str], SignatureRecord]:
    """The signatures on exactly this file that were made here, by field and certificate."""
    return {
        (record.field, record.certificate.fingerprint): record for record in records_behind(sha256)
    }


def has_act(records: list[SignatureRecord], act: Act) -> bool:
    """Whether one of the records is of this kind."""
    return any(record.act == act for record in records)


def has_number_fields(records: list[SignatureRecord]) -> bool:
    """Whether the first person signed a file with empty fields for number and date."""
    signed = [record for record in records if record.act == Act.SIGNED]
    return bool(signed) and signed[-1].variant == Variant.FIELDS


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
    rest, chained = list(IssuerCertificate.objects.order_by("name", "id")), []
    known = {one.fingerprint for one in trusted_roots(at)} if rest else set()
    while found := [one for one in rest if one.issued_by in known]:
        chained += found
        known |= {one.fingerprint for one in found}
        rest = [one for one in rest if one.fingerprint not in known]
    return chained


def known_issuers(at: datetime) -> list[str]:
    """The intermediate certificates that are trusted through a root, base64 DER."""
    pems = [one.certificate.encode() for one in chained_issuers(at)]
    ders = [x509.load_pem_x509_certificate(one).public_bytes(Encoding.DER) for one in pems]
    return [base64.b64encode(one).decode() for one in ders]


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
    return [base64.b64encode(content).decode() for content in known_list_contents()]


def known_list_contents() -> list[bytes]:
    """The same as DER."""
    return [bytes(one) for one in RevocationList.objects.values_list("content", flat=True)]


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


def unanswered_request(
    subject_kind: str, subject_id: int, person_id: int
) -> WaitingSignature | None:
    """This person's newest request for a subject, where it ended without a signature and its
    signer did not end it; None where a newer one waits or came through."""
    newest = (
        WaitingSignature.objects.filter(
            subject_kind=subject_kind, subject_id=subject_id, by__person_id=person_id
        )
        .order_by("-id")
        .first()
    )
    state = WaitingSignature.State
    ends = {state.EXPIRED, state.FAILED, state.REFUSED}
    return newest if newest is not None and newest.state in ends else None


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
        wants_pin=key.wants_pin if key else False,
        otp=key.otp if key else "",
        otp_asked_at=row.otp_asked_at,
        is_in_lot=row.lot_id is not None,
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


MOST_A_NIGHT = 5000


def originals_falling_due(until: datetime, *, original: str | None = None) -> list[str]:
    """Files whose newest version ends by then, the most urgent first; `original` asks for one."""
    due = ArchivalVersion.objects.filter(is_newest=True, holds_until__lte=until)
    if original is not None:
        due = due.filter(original=original)
    return list(due.order_by("holds_until", "id").values_list("original", flat=True)[:MOST_A_NIGHT])


@dataclass(frozen=True)
class KeptFile:
    """A signed file of an agency and until when it proves its signatures, for a list."""

    version_id: int
    original: str
    act: Act
    words: str  # number and date, or what else its signature says
    signed_at: datetime
    level: Level
    level_note: str
    holds_until: datetime
    ends_by_words: str
    renewals: int
    is_due: bool

    @property
    def level_words(self) -> str:
        """The level in Vietnamese."""
        return LEVEL_WORDS[self.level]


@dataclass(frozen=True)
class KeptFiles:
    """One page of them, and how many there are in all and due."""

    rows: list[KeptFile]
    total: int
    due: int


def kept_files(
    agency_id: int, *, due_by: datetime, only_due: bool, offset: int, limit: int
) -> KeptFiles:
    """The signed files of an agency, those that end first before the others."""
    newest = ArchivalVersion.objects.filter(agency_id=agency_id, is_newest=True)
    due = newest.filter(holds_until__lte=due_by)
    shown = (due if only_due else newest).order_by("holds_until", "id")[offset : offset + limit]
    page = list(shown)
    records = _records_after([one.original for one in page])
    numbers = _records_after([one.sha256_before for one in records.values()])
    rows = []
    for version in page:
        record = records[version.original]
        number = numbers.get(record.sha256_before)
        is_strip = number is not None and number.act == Act.NUMBERED
        words = number.words if number is not None and is_strip else record.words
        rows.append(_kept_file(version, record, words, due_by))
    return KeptFiles(rows, newest.count(), due.count())


def _records_after(files: list[str]) -> dict[str, SignatureRecord]:
    found = SignatureRecord.objects.filter(sha256_after__in=files)
    return {record.sha256_after: record for record in found}


def _kept_file(
    version: ArchivalVersion, record: SignatureRecord, words: str, due_by: datetime
) -> KeptFile:
    return KeptFile(
        version_id=version.id,
        original=version.original,
        act=Act(record.act),
        words=words,
        signed_at=record.signed_at,
        level=Level(version.level),
        level_note=record.level_note,
        holds_until=version.holds_until,
        ends_by_words=version.get_ends_by_display(),
        renewals=version.ordinal,
        is_due=version.holds_until <= due_by,
    )


def original_of_version(version_id: int, agency_id: int) -> str:
    """The file that a version belongs to; empty where this agency has no such version."""
    found = ArchivalVersion.objects.filter(id=version_id, agency_id=agency_id).first()
    return found.original if found else ""


def newest_version(sha256: str) -> str:
    """The newest archival version of a file as issued; the file itself where there is none."""
    found = ArchivalVersion.objects.filter(original=sha256, is_newest=True).first()
    return found.sha256 if found else sha256


def archival_files(originals: set[str]) -> set[str]:
    """The files kept to renew the time-stamps of these."""
    versions = ArchivalVersion.objects.filter(original__in=originals, ordinal__gt=0)
    return set(versions.values_list("sha256", flat=True))


def level_of(sha256: str) -> tuple[Level, str] | None:
    """The level that a file signed here reached, and why not a higher one."""
    record = SignatureRecord.objects.filter(sha256_after=sha256).exclude(level="").first()
    return (Level(record.level), record.level_note) if record else None
