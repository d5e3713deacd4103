"""Reads what certificate authorities answer, OCSP and CRL, inside the sandbox."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509 import ocsp

from congvu.signing.adapters.standing import Grounds, signer_standing


def is_answer(file: BinaryIO, options: Mapping[str, Any]) -> bool:
    """Whether it is a successful OCSP answer about `certificate` (Base64 DER)."""
    wanted = x509.load_der_x509_certificate(base64.b64decode(options["certificate"]))
    found = ocsp.load_der_ocsp_response(file.read())
    return (
        found.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL
        and found.serial_number == wanted.serial_number
    )


def is_list(file: BinaryIO, options: Mapping[str, Any]) -> bool:
    """Whether it is a list by the issuer of `certificate` that has not run out at `at`."""
    wanted = x509.load_der_x509_certificate(base64.b64decode(options["certificate"]))
    found = x509.load_der_x509_crl(file.read())
    ends = found.next_update_utc
    return found.issuer == wanted.issuer and (
        ends is None or ends > datetime.fromisoformat(options["at"])
    )


def standing(file: BinaryIO, options: Mapping[str, Any]) -> str:
    """How the first of `chain` stood at `moment`, by roots, lists and answers (Base64 DER)."""
    given = {
        name: [base64.b64decode(one) for one in options[name]]
        for name in ("chain", "roots", "lists", "answers")
    }
    own, *above = map(asn1_x509.Certificate.load, given["chain"])
    grounds = Grounds(
        list(map(asn1_x509.Certificate.load, given["roots"])),
        list(map(asn1_crl.CertificateList.load, given["lists"])),
        list(map(asn1_ocsp.OCSPResponse.load, given["answers"])),
        above,
    )
    return signer_standing(own, datetime.fromisoformat(options["moment"]), grounds)
