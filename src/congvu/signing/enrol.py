"""Enrol people and agencies with the demonstration authority: certificate, key, mark.

Each function is safe to repeat. Whoever has no certificate when it is first needed is enrolled
then, where a demonstration authority was founded; elsewhere the act is refused.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.kit import outside
from congvu.kit.refusal import refusal
from congvu.orgs.models import Agency, Person, Posting
from congvu.orgs.types import CLERK
from congvu.rules.clauses import clause
from congvu.signing import ports, queries
from congvu.signing.access import refuse_unusable
from congvu.signing.found_authority import as_base64
from congvu.signing.models import Certificate, Mark, SigningDevice
from congvu.signing.register_mark import register_mark

DEMONSTRATION_PROVIDER = "Cơ quan chứng thực trình diễn"


@clause("QC.10.3")
def enrol_person(*, person_id: int, at: datetime, in_agency: int | None = None) -> Certificate:
    """The person's certificate in use; issued now by the demonstration authority if none is.

    `in_agency` is whose register the device enters; by default that of the person's main post.
    """
    with transaction.atomic():
        _lock("person", person_id)
        found = queries.certificate_in_use(person_id=person_id, at=at)
        if found is not None:
            return found
        person = Person.objects.get(pk=person_id)
        own = _founded_authority(person.full_name)

        issued = outside.once(
            ("certificate of a person", person_id, at),
            lambda: own.issue_for_person(person.full_name, _organisation(person_id), at),
        )

        return _register(issued, at, person=person, in_agency=in_agency)


@clause("QC.10.3")
def enrol_agency(*, agency_id: int, at: datetime) -> Certificate:
    """The agency's certificate in use; issued now by the demonstration authority if none is."""
    with transaction.atomic():
        _lock("agency", agency_id)
        found = queries.certificate_in_use(agency_id=agency_id, at=at)
        if found is not None:
            return found
        agency = Agency.objects.get(pk=agency_id)
        own = _founded_authority(agency.name)

        issued = outside.once(
            ("certificate of an agency", agency_id, at),
            lambda: own.issue_for_agency(agency.name, at),
        )

        return _register(issued, at, agency=agency)


def certificate_of_person(person_id: int, at: datetime) -> Certificate:
    """The certificate to sign with at `at`; refuses E001 when there is none and can be none.

    Only who never had one is enrolled by the way: a lost or expired one is refused by name.
    """
    found = queries.certificate_to_sign_with(person_id=person_id)
    if found is None:
        return enrol_person(person_id=person_id, at=at)
    refuse_unusable(found, at)
    return found


def certificate_of_agency(agency_id: int | None, at: datetime) -> Certificate:
    """The agency's certificate to sign with at `at`; refuses E001 as above, E002 without agency."""
    if agency_id is None:
        raise refusal("signing.E002")
    found = queries.certificate_to_sign_with(agency_id=agency_id)
    if found is None:
        return enrol_agency(agency_id=agency_id, at=at)
    refuse_unusable(found, at)
    return found


def mark_of_person(person_id: int, at: datetime) -> Mark:
    """The person's registered signature image; drawn now in a demonstration if none is."""
    found = queries.mark_of(person_id=person_id)
    if found is not None:
        return found
    _lock("person", person_id)
    name = Person.objects.get(pk=person_id).full_name
    return queries.mark_of(person_id=person_id) or register_mark(
        png=ports.mark_artist().signature(name), person_id=person_id, at=at
    )


def mark_of_agency(agency_id: int | None, at: datetime) -> Mark:
    """The agency's registered seal image; drawn now in a demonstration if none is."""
    if agency_id is None:
        raise refusal("signing.E002")
    found = queries.mark_of(agency_id=agency_id)
    if found is not None:
        return found
    _lock("agency", agency_id)
    name = Agency.objects.get(pk=agency_id).name
    return queries.mark_of(agency_id=agency_id) or register_mark(
        png=ports.mark_artist().seal(name), agency_id=agency_id, at=at
    )


def _founded_authority(name: str) -> ports.Authority:
    own = ports.authority()
    if own is None or not own.is_founded():
        raise refusal("signing.E001", name=name)
    return own


def _lock(kind: str, holder_id: int) -> None:
    """Two processes never enrol one holder at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"enrol.{kind}.{holder_id}"]
        )


def _organisation(person_id: int) -> str:
    posting = Posting.objects.filter(person_id=person_id).select_related("agency").first()
    return posting.agency.name if posting else "Ngoài cơ quan nhà nước"


def _software_device(
    serial: str,
    at: datetime,
    person: Person | None,
    agency: Agency | None,
    in_agency: int | None,
) -> SigningDevice | None:
    """The line of the register for a key in a file; handed over as it is made, without minutes."""
    keepers = Posting.objects.order_by("ordering", "id")
    if person is not None:
        of_agency = {"agency_id": in_agency} if in_agency else {}
        keepers = keepers.filter(person=person, **of_agency)
    else:
        keepers = keepers.filter(agency=agency, roles__contains=[CLERK])
    keeper = keepers.first()
    if keeper is None and agency is None:
        return None  # a holder outside the agencies: no register keeps the device
    return SigningDevice.objects.create(
        agency_id=agency.id if agency else keeper.agency_id,
        person=person,
        keeper=keeper,
        kind=SigningDevice.Kind.SOFTWARE,
        serial=serial,
        provider=DEMONSTRATION_PROVIDER,
        state=SigningDevice.State.HELD,
        registered_at=at,
        is_demonstration=True,
    )


def _register(
    issued: ports.IssuedCertificate,
    at: datetime,
    *,
    person: Person | None = None,
    agency: Agency | None = None,
    in_agency: int | None = None,
) -> Certificate:
    parsed = x509.load_der_x509_certificate(issued.certificate)
    if not parsed.not_valid_before_utc <= at < parsed.not_valid_after_utc:
        raise refusal("signing.E001", name=str(person or agency))
    serial = f"{parsed.serial_number:x}"
    certificate = Certificate.objects.create(
        person=person,
        agency=agency,
        device=_software_device(serial, at, person, agency, in_agency),
        subject=parsed.subject.rfc4514_string()[:400],
        issuer=parsed.issuer.rfc4514_string()[:400],
        serial=serial,
        fingerprint=parsed.fingerprint(hashes.SHA256()).hex(),
        chain=[as_base64(issued.certificate), *map(as_base64, issued.chain[:-1])],
        valid_from=parsed.not_valid_before_utc,
        valid_to=parsed.not_valid_after_utc,
        key_reference=issued.key_reference,
        registered_at=at,
        is_demonstration=True,
    )
    write_entry(
        "signing.enrolled",
        by=None,
        at=at,
        on=("certificate", certificate.id),
        agency_id=agency.id if agency else None,
        clause="QC.10.3",
        details={"serial": certificate.serial, "subject": certificate.subject},
    )
    return certificate
