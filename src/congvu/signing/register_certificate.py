"""Register a certificate from its file for the holder of a device (Quy chế Điều 10.3; NĐ 130)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import access, queries
from congvu.signing.adapters.read_certificate import MOST_BYTES
from congvu.signing.choose_number_way import way_of_new
from congvu.signing.close_report import recover
from congvu.signing.models import Certificate, SigningDevice

_READER = "congvu.signing.adapters.read_certificate:facts"
_LIMITS = Limits(cpu_seconds=5, wall_seconds=10.0)
# Which key stores reach the keys of a kind of device (schemes of their references), the usual
# one first; whether this installation has one is `ports.is_connected`.
SCHEMES: Mapping[str, Sequence[str]] = {
    SigningDevice.Kind.TOKEN: ("vgca", "pkcs11"),
    SigningDevice.Kind.SIM: ("mysign", "smartca", "csc"),
    SigningDevice.Kind.HSM: ("pkcs11",),
    SigningDevice.Kind.REMOTE: ("csc", "smartca", "mysign"),
}
SCHEME_WORDS: Mapping[str, str] = {
    "vgca": "Phần mềm ký số trên máy người ký (VGCA)",
    "pkcs11": "Thiết bị PKCS#11 nối vào máy chủ",
    "csc": "Dịch vụ ký số từ xa (CSC)",
    "smartca": "VNPT SmartCA",
    "mysign": "Viettel MySign",
}


@clause("QC.10.3")
def register_certificate(
    *,
    device_id: int,
    content: bytes,
    by: Actor,
    at: datetime,
    scheme: str = "",
    key_name: str = "",
) -> Certificate:
    """The holder signs with it from now on; the former certificate of the holder is replaced.

    Only the certificate comes in. `scheme` is the key's store (default: the usual one of this kind
    of device), `key_name` its name there (default: the serial of the device); the reference
    "<scheme>:<name>" is all that is ever known of a key here. A report of loss that waits for a
    new certificate is closed by it.
    """
    with transaction.atomic():
        device = access.device_for(by, device_id, to="manage", lock=True)
        read = _read(content)

        stores = SCHEMES.get(device.kind, ())
        scheme = scheme or next(iter(stores), "")
        refuse_unless(scheme in stores, "signing.E159")
        usable = (SigningDevice.State.STORED, SigningDevice.State.HELD)
        refuse_unless(device.state in usable, "signing.E154")
        _refuse_useless(read, at)
        known = Certificate.objects.filter(fingerprint=read["fingerprint"])
        refuse_if(known.exists(), "signing.E152")

        certificate = keep_certificate(device, read, _reference(device, scheme, key_name), at)
        if not device.provider:
            device.provider = read["issuer_name"]
            device.save(update_fields=["provider"])
        recover(certificate, by=by, at=at)

        write_entry(
            "signing.certificate_registered",
            by=by,
            at=at,
            on=("certificate", certificate.id),
            clause="QC.10.3",
            details={"serial": certificate.serial, "subject": certificate.subject},
        )
    return certificate


def keep_certificate(
    device: SigningDevice, read: Mapping[str, Any], reference: str, at: datetime
) -> Certificate:
    """The row, in the place of the holder's former certificate (which stays for verification)."""
    holder = (
        {"person_id": device.person_id} if device.person_id else {"agency_id": device.agency_id}
    )
    former = queries.certificate_to_sign_with(**holder)
    Certificate.objects.select_for_update().filter(**holder, state=Certificate.State.IN_USE).update(
        state=Certificate.State.REPLACED
    )
    return Certificate.objects.create(
        **holder,
        device=device,
        subject=read["subject"],
        issuer=read["issuer"],
        serial=read["serial"],
        fingerprint=read["fingerprint"],
        chain=read["chain"],
        valid_from=datetime.fromisoformat(read["valid_from"]),
        valid_to=datetime.fromisoformat(read["valid_to"]),
        key_reference=reference,
        signs_once=device.person_id is None and way_of_new(reference, former),
        registered_at=at,
    )


def _reference(device: SigningDevice, scheme: str, key_name: str) -> str:
    """The name by which the store finds the key; names hold no spaces."""
    name = "".join(key_name.split()) or "".join(device.serial.split())
    return f"{scheme}:{name}"[:80]


def _read(content: bytes) -> dict[str, Any]:
    """What stands in the file, read in the sandbox."""
    refuse_unless(0 < len(content) <= MOST_BYTES, "signing.E151")
    try:
        read: dict[str, Any] = run_limited(_READER, content, limits=_LIMITS)
    except SandboxFailure as failure:
        raise refusal("signing.E151") from failure
    refuse_if(read["fault"], "signing.E151")
    return read


def _refuse_useless(read: Mapping[str, Any], at: datetime) -> None:
    refuse_unless(
        read["signs"], "signing.E153", why="không được cấp để ký số, hoặc là của tổ chức chứng thực"
    )
    ended = datetime.fromisoformat(read["valid_to"]) <= at
    refuse_if(ended, "signing.E153", why="đã hết hạn")
