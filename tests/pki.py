"""A public key infrastructure for tests, with its services on the loopback (certomancer).

Root and issuing authority, a root and an authority of time-stamps, people whose certificates are
good, expired, not yet valid, revoked and for another use; OCSP, CRL and RFC 3161 over real HTTP.
Everything happens on the 14th of February 2022 unless a test says otherwise.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry.common import ArchLabel, CertLabel
from certomancer.registry.config import CertomancerConfig
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from werkzeug.test import EnvironBuilder, run_wsgi_app

from congvu.signing.ports import KeyAbsent

NOW = datetime(2022, 2, 14, 2, 0, tzinfo=UTC)
ARCH = ArchLabel("tinh")
REVOKED_AT = datetime(2022, 2, 1, tzinfo=UTC)
KEYS = (
    "root", "issuing", "ocsp", "tsa-root", "tsa", "tsa-old", "leader", "agency", "expired",
    "early", "revoked", "wrong-use", "other-root", "stranger",
)  # fmt: skip


def _usage(*names: str) -> dict[str, Any]:
    return {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": list(names)},
    }


_AUTHORITY = [
    {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
    _usage("key_cert_sign", "crl_sign"),
]
_LISTED = {
    "id": "crl_distribution_points",
    "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["issuing"]}},
}
_ASKED = {
    "id": "authority_information_access",
    "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": ["ocsp"]}},
}
_PERSON = [_usage("digital_signature", "non_repudiation"), _LISTED, _ASKED]
_STAMPER = [
    _usage("digital_signature"),
    {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
    {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["tsa-root"]}},
    },
]


def _cert(
    subject: str,
    issuer: str,
    extensions: list[Any],
    *,
    years: tuple[int, int] = (2021, 2031),
    **more: Any,
) -> dict[str, Any]:
    return {
        "subject": subject,
        "issuer": issuer,
        "validity": {
            "valid-from": f"{years[0]}-01-01T00:00:00+0000",
            "valid-to": f"{years[1]}-01-01T00:00:00+0000",
        },
        "extensions": extensions,
        **more,
    }


def _config() -> dict[str, Any]:
    return {
        "keysets": {"tinh": {"keys": {name: {"path": f"{name}.pem"} for name in KEYS}}},
        "pki-architectures": {
            "tinh": {
                "keyset": "tinh",
                "entity-defaults": {"country-name": "VN", "organization-name": "Kiểm thử"},
                "entities": {name: {"common-name": f"Kiểm thử {name}"} for name in KEYS},
                "certs": {
                    "root": _cert("root", "root", _AUTHORITY, years=(2020, 2040)),
                    "other-root": _cert("other-root", "other-root", _AUTHORITY, years=(2020, 2040)),
                    "issuing": _cert("issuing", "root", [*_AUTHORITY, {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}}], years=(2020, 2040)),
                    "ocsp": _cert("ocsp", "issuing", [_usage("digital_signature"), {"id": "extended_key_usage", "value": ["ocsp_signing"]}, {"id": "ocsp_no_check"}]),
                    "tsa-root": _cert("tsa-root", "tsa-root", _AUTHORITY, years=(2020, 2040)),
                    "tsa": _cert("tsa", "tsa-root", _STAMPER),
                    "tsa-old": _cert("tsa-old", "tsa-root", _STAMPER, years=(2021, 2023)),
                    "leader": _cert("leader", "issuing", _PERSON, years=(2021, 2024)),
                    "agency": _cert("agency", "issuing", _PERSON),
                    "expired": _cert("expired", "issuing", _PERSON, years=(2020, 2022)),
                    "early": _cert("early", "issuing", _PERSON, years=(2023, 2026)),
                    "revoked": _cert("revoked", "issuing", _PERSON, revocation={"revoked-since": "2022-02-01T00:00:00+0000", "reason": "key_compromise"}),
                    "wrong-use": _cert("wrong-use", "issuing", [_usage("key_encipherment"), _LISTED, _ASKED]),
                    "stranger": _cert("stranger", "other-root", [_usage("digital_signature")]),
                },
                "services": {
                    "ocsp": {"ocsp": {"for-issuer": "issuing", "responder-cert": "ocsp", "signing-key": "ocsp", "validity-period": {"days": 7}}},
                    "crl-repo": {
                        "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P30D"},
                        "issuing": {"for-issuer": "issuing", "signing-key": "issuing", "simulated-update-schedule": "P30D"},
                        "tsa-root": {"for-issuer": "tsa-root", "signing-key": "tsa-root", "simulated-update-schedule": "P30D"},
                    },
                    "time-stamping": {"tsa": {"signing-cert": "tsa"}, "tsa-old": {"signing-cert": "tsa-old"}},
                },
            }
        },
    }  # fmt: skip


@dataclass
class TestPki:
    """The certificates and keys; `moment` is what its services take for the present."""

    __test__ = False

    folder: Path
    arch: Any
    address: str
    server: _Server
    moment: datetime = NOW
    is_down: bool = False
    asked: list[str] = field(default_factory=list)

    def der(self, label: str) -> bytes:
        """A certificate."""
        return bytes(self.arch.get_cert(CertLabel(label)).dump())

    def chain(self, label: str) -> tuple[bytes, ...]:
        """A person's certificate and its issuer, without the root."""
        issuers = {"stranger": (), "tsa": (), "tsa-old": ()}.get(label, ("issuing",))
        return tuple(self.der(one) for one in (label, *issuers))

    def lists(self, *issuers: str, at: datetime | None = None) -> list[bytes]:
        """The revocation lists as they are at a moment."""
        services = self.arch.service_registry
        return [bytes(services.get_crl(label, at or self.moment).dump()) for label in issuers]

    def question(
        self, *, seen_at: datetime | None = None, lists: tuple[str, ...] = (), at: datetime = NOW
    ) -> dict[str, Any]:
        """What the judge is asked: these anchors, and the lists of these issuers as of `at`."""
        known = [base64.b64encode(one).decode() for one in self.lists(*lists, at=at)]
        return {
            "anchors": [base64.b64encode(self.der("root")).decode()],
            "stamp_anchors": [base64.b64encode(self.der("tsa-root")).decode()],
            "lists": known,
            "seen_at": (seen_at or NOW).isoformat(),
        }

    def stamp_address(self, label: str = "tsa") -> str:
        """Where time-stamps are given."""
        return f"{self.address}/tinh/tsa/{label}"

    def sign_digest(self, reference: str, digest: bytes, *, pin: str = "") -> bytes:
        """A KeyStore over the keys of the tests."""
        place = self.folder / f"{reference}.pem"
        if not place.exists():
            raise KeyAbsent(reference)
        key = serialization.load_pem_private_key(place.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        """WSGI: the services, at `moment`; nobody answers while they are down."""
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if self.is_down:
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        store = AnimatorArchStore({ARCH: self.arch})
        return Animator(store, at_time=self.moment, with_web_ui=False)(environ, start)


Service = Callable[[dict[str, Any], Any], Any]


class _Server(ThreadingHTTPServer):
    """Serves one WSGI program over connections that are kept, and counts them."""

    daemon_threads = True
    connections = 0
    program: Service

    def process_request(self, *request: Any) -> None:
        """Each connection is counted."""
        self.connections += 1
        super().process_request(*request)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Ask the program."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = EnvironBuilder(
            self.path, method=self.command, headers=dict(self.headers), data=body
        )
        parts, status, headers = run_wsgi_app(self.server.program, asked.get_environ())
        content = b"".join(parts)
        headers["Content-Length"] = str(len(content))
        self.send_response(int(status.split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Tests are silent."""


@contextmanager
def serving(program: Service) -> Iterator[_Server]:
    """A WSGI program on a free port of the loopback."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.program = program
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def running_pki(folder: Path) -> Iterator[TestPki]:
    """The infrastructure with its services on a free port of the loopback."""
    for name in KEYS:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / f"{name}.pem").write_bytes(pem)
    with serving(lambda *_: []) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        config = CertomancerConfig(
            _config(), key_search_dir=str(folder), external_url_prefix=address
        )
        pki = TestPki(folder, config.get_pki_arch(ARCH), address, server)
        server.program = pki
        yield pki


__all__ = ["NOW", "REVOKED_AT", "TestPki", "running_pki", "serving"]
