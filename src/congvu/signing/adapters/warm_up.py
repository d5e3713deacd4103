"""A small signed file of our own, to be judged once before anybody's is.

The libraries that read signatures fill tables as they first meet each kind of thing. A sandbox is a
forked child that lives for one file: what its nursery has met, no child has to meet again.
"""

from __future__ import annotations

import base64
import hashlib
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from congvu.signing.adapters import cms
from congvu.signing.adapters.pyhanko_pades import PadesMaker

AT = datetime(2022, 2, 14, tzinfo=UTC)
POLICY = "1.3.6.1.4.1.32473.1"  # the arc that RFC 5612 keeps for examples


def sample() -> tuple[bytes, dict[str, Any]]:
    """A page stamped twice by an authority made on the spot, and the question to its judge."""
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(key)
    der = authority.public_bytes(Encoding.DER)
    with tempfile.NamedTemporaryFile(prefix="congvu-warm-") as file:
        file.write(_page())
        file.flush()
        path, maker = Path(file.name), PadesMaker()
        for number in (1, 2):
            made = maker.prepare_stamp(path, "Thu", None)
            content = cms.TimeStampContent(POLICY, made.digest, number, AT).der()
            attributes = cms.time_stamp_attributes(der, content)
            over = hashlib.sha256(attributes).digest()
            raw = key.sign(over, ec.ECDSA(Prehashed(hashes.SHA256())))
            maker.embed(path, made, cms.time_stamp_token((der,), content, attributes, raw))
        pdf = path.read_bytes()
    anchor = base64.b64encode(der).decode()
    return pdf, {"anchors": [], "stamp_anchors": [anchor], "lists": [], "seen_at": AT.isoformat()}


def _page() -> bytes:
    writer, out = PdfFileWriter(), io.BytesIO()
    writer.insert_page(
        PageObject(writer.add_object(StreamObject(stream_data=b" ")), (0, 0, 100, 100))
    )
    writer.write(out)
    return out.getvalue()


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Thử")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
