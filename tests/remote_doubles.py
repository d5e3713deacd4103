"""Doubles of VNPT SmartCA and Viettel MySign over HTTP, as strict as what is known of the real ones.

A wrong method, a missing or unknown field, a hash in another writing, a wrong secret or an unknown
request is refused. The holder's phone is `confirm()` and `refuse()`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from congvu.signing.adapters.software_keys import PrivateKey

SECRET = "mat-khau-ung-dung-2022"
USER = "054090001234"
SHA256 = Prehashed(hashes.SHA256())


def raw_signature(key: PrivateKey, digest: bytes) -> bytes:
    """What a key gives for a hash."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(SHA256))
    return key.sign(digest, padding.PKCS1v15(), SHA256)


def whole_cms(key: PrivateKey, chain: list[bytes], digest: bytes) -> bytes:
    """A CMS over a document whose SHA-256 this is, by a library that is not ours."""
    certificate = asn1_x509.Certificate.load(chain[0])
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
        ]
    )
    of_hash = hashes.Hash(hashes.SHA256())
    of_hash.update(attributes.dump())
    is_ec = isinstance(key, ec.EllipticCurvePrivateKey)
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                )
            }
        ),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signed_attrs": attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm(
            {"algorithm": "sha256_ecdsa" if is_ec else "sha256_rsa"}
        ),
        "signature": raw_signature(key, of_hash.finalize()),
    }
    data = {
        "version": "v1",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(one) for one in chain],
        "signer_infos": [signer],
    }
    info = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
    return bytes(info.dump())


@dataclass
class Request:
    """Signatures asked of the double in one request, by the name of each document."""

    digests: dict[str, bytes]
    title: str
    state: str = "waiting"  # waiting, signed, refused

    @property
    def digest(self) -> bytes:
        """Of a request for one."""
        (one,) = self.digests.values()
        return one


@dataclass
class Service:
    """What both doubles are: one user with one key, and requests on their phone."""

    key: PrivateKey
    chain: list[bytes]
    answers: str = "raw"  # raw, cms, garbage, other
    most: int = 100  # hashes in one request
    spoils: int = -1  # this one of a request is answered with garbage
    breaks: str = ""  # the next call: "http500", "slow", "text", "redirect", "flood"
    calls: list[str] = field(default_factory=list)
    requests: dict[str, Request] = field(default_factory=dict)
    address: str = ""

    def confirm(self) -> None:
        """The holder presses "Đồng ý" on the phone."""
        self._last().state = "signed"

    def refuse(self) -> None:
        """The holder presses "Từ chối"."""
        self._last().state = "refused"

    def _last(self) -> Request:
        return list(self.requests.values())[-1]

    def ask(self, name: str, request: Request) -> None:
        """Keep what was asked; asked again by the same name it is the same request."""
        if not 1 <= len(request.digests) <= self.most:
            raise ValueError("so many hashes at once are not taken")
        self.requests.setdefault(name, request)

    def signatures(self, asked: Request) -> list[tuple[str, str]]:
        """Each document's name with its signature, in the order of asking."""
        given = [(name, self.signature(digest)) for name, digest in asked.digests.items()]
        if self.spoils >= 0:
            given[self.spoils] = (given[self.spoils][0], base64.b64encode(b"hong").decode())
        return given

    def signature(self, digest: bytes) -> str:
        """In Base64 with line breaks, as both services write it."""
        if self.answers == "garbage":
            return base64.encodebytes(b"khong phai chu ky" * 20).decode()
        if self.answers == "cms":
            return base64.encodebytes(whole_cms(self.key, self.chain, digest)).decode()
        over = bytes(32) if self.answers == "other" else digest
        return base64.encodebytes(raw_signature(self.key, over)).decode()

    def answer(self, method: str, path: str, body: Any, headers: Any) -> tuple[int, Any]:
        raise NotImplementedError


def fields(body: Any, *names: str) -> dict[str, Any]:
    """The body, with exactly these fields; KeyError otherwise."""
    if not isinstance(body, dict) or set(body) != set(names):
        raise KeyError(f"{sorted(body)} instead of {sorted(names)}")
    return body


class SmartCa(Service):
    """SP769: the secret in each body, hashes in hex, POST for everything."""

    WHO = ("sp_id", "sp_password", "user_id")

    def answer(self, method: str, path: str, body: Any, headers: Any) -> tuple[int, Any]:
        if method != "POST":
            return 405, {"status_code": 405, "message": "Method Not Allowed"}
        base = "/sca/sp769/v1"
        try:
            if path == f"{base}/credentials/get_certificate":
                return self._certificates(
                    fields(body, *self.WHO, "serial_number", "transaction_id")
                )
            if path == f"{base}/signatures/sign":
                return self._sign(
                    fields(
                        body, *self.WHO, "serial_number", "transaction_id", "transaction_desc",
                        "sign_files",
                    )
                )  # fmt: skip
            if found := re.fullmatch(rf"{base}/signatures/sign/([^/]+)/status", path):
                return self._status(found[1], fields(body))
        except (KeyError, TypeError, ValueError) as wrong:
            return 200, {"status_code": 1400, "message": str(wrong), "data": None}
        return 404, {"status_code": 404}

    def _is_known(self, body: dict[str, Any]) -> bool:
        return (body["sp_id"], body["sp_password"]) == ("sp-phuyen", SECRET)

    def _certificates(self, body: dict[str, Any]) -> tuple[int, Any]:
        if not self._is_known(body):
            return 200, {"status_code": 1401, "message": "user or password is wrong", "data": None}
        if body["user_id"] != USER:
            return 200, {"status_code": 1404, "message": "user not found", "data": None}
        certificate = asn1_x509.Certificate.load(self.chain[0])
        one = {
            "cert_id": "c-1",
            "cert_status": "Đang hoạt động",
            "serial_number": f"{certificate.serial_number:x}",
            "cert_subject": certificate.subject.human_friendly,
            "cert_valid_from": "2021-01-01T00:00:00Z",
            "cert_valid_to": "2041-01-01T00:00:00Z",
            "cert_data": base64.encodebytes(self.chain[0]).decode(),
        }
        return 200, {"status_code": 0, "message": "", "data": {"user_certificates": [one]}}

    def _sign(self, body: dict[str, Any]) -> tuple[int, Any]:
        if not self._is_known(body) or body["user_id"] != USER:
            return 200, {"status_code": 1401, "message": "refused", "data": None}
        if body["serial_number"] != f"{asn1_x509.Certificate.load(self.chain[0]).serial_number:x}":
            return 200, {"status_code": 1405, "message": "no such certificate", "data": None}
        digests = {}
        for file in body["sign_files"]:
            fields(file, "data_to_be_signed", "doc_id", "file_type", "sign_type")
            if not re.fullmatch(r"[0-9a-f]{64}", file["data_to_be_signed"]):
                raise ValueError("data_to_be_signed is not a SHA-256 in hex")
            if (file["file_type"], file["sign_type"]) != ("pdf", "hash"):
                raise ValueError("file_type, sign_type")
            digests[file["doc_id"]] = bytes.fromhex(file["data_to_be_signed"])
        if len(digests) != len(body["sign_files"]):
            raise ValueError("doc_id is given twice")
        name = f"sca-{body['transaction_id']}"
        self.ask(name, Request(digests, body["transaction_desc"]))
        return 200, {"status_code": 0, "data": {"transaction_id": name, "tran_code": "A1"}}

    def _status(self, name: str, body: Any) -> tuple[int, Any]:
        asked = self.requests[name]
        if asked.state != "signed":  # refused and waiting look alike
            return 200, {"status_code": 0, "data": {"transaction_id": name, "signatures": None}}
        given = [
            {"doc_id": one, "signature_value": signature, "timestamp_signature": None}
            for one, signature in self.signatures(asked)
        ]
        return 200, {"status_code": 0, "data": {"transaction_id": name, "signatures": given}}


class MySign(Service):
    """RAS: a token first, hashes in Base64, status codes."""

    TOKEN = "tok-1"

    def answer(self, method: str, path: str, body: Any, headers: Any) -> tuple[int, Any]:
        if method != "POST":
            return 405, {}
        base = "/vtss/service"
        try:
            if path == f"{base}/ras/v1/login":
                return self._login(
                    fields(body, "client_id", "user_id", "client_secret", "profile_id")
                )
            if headers.get("Authorization") != f"Bearer {self.TOKEN}":
                return 401, {"error": "invalid_token"}
            if path == f"{base}/certificates/info":
                return self._certificates(fields(body, "certInfo", "authInfo", "certificates"))
            if path == f"{base}/signHash":
                return self._sign(
                    fields(
                        body, "credentialID", "numSignatures", "documents", "hash", "hashAlgo",
                        "signAlgo", "async",
                    )
                )  # fmt: skip
            if path == f"{base}/requests/status":
                return self._status(fields(body, "transactionId"))
        except (KeyError, TypeError, ValueError, binascii.Error) as wrong:
            return 400, {"error": "invalid_request", "error_description": str(wrong)}
        return 404, {}

    def _login(self, body: dict[str, Any]) -> tuple[int, Any]:
        given = (body["client_id"], body["client_secret"], body["profile_id"], body["user_id"])
        if given != ("ms-phuyen", SECRET, "adss:ras:profile:001", USER):
            return 401, {"error": "invalid_client", "error_description": "user not found"}
        return 200, {"access_token": self.TOKEN, "refresh_token": "r", "expires_in": 3600}

    def _certificates(self, body: dict[str, Any]) -> tuple[int, Any]:
        certificate = asn1_x509.Certificate.load(self.chain[0])
        one = {
            "credential_id": "cred-054",
            "key": {"status": "enabled", "algo": ["1.2.840.113549.1.1.1"], "len": 2048},
            "cert": {
                "status": "valid",
                "certificates": [base64.encodebytes(each).decode() for each in self.chain],
                "issuerDN": certificate.issuer.human_friendly,
                "subjectDN": certificate.subject.human_friendly,
                "serialNumber": str(certificate.serial_number),
                "validFrom": "20210101000000Z",
                "validTo": "20410101000000Z",
            },
            "authMode": "explicit",
        }
        return 200, [one]

    def _sign(self, body: dict[str, Any]) -> tuple[int, Any]:
        digests = {}
        for written, document in zip(body["hash"], body["documents"], strict=True):
            fields(document, "document_id", "document_name")
            digests[document["document_id"]] = base64.b64decode(written, validate=True)
        is_right = all(len(digest) == 32 for digest in digests.values())
        if not is_right or body["numSignatures"] != len(digests) or body["async"] != 1:
            raise ValueError("hash, numSignatures, async")
        if len(digests) != len(body["hash"]):
            raise ValueError("document_id is given twice")
        wanted = ("2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1", "cred-054")
        if (body["hashAlgo"], body["signAlgo"], body["credentialID"]) != wanted:
            raise ValueError("hashAlgo, signAlgo, credentialID")
        name = f"ms-{hashlib.sha256(' '.join(digests).encode()).hexdigest()[:16]}"
        self.ask(name, Request(digests, body["documents"][0]["document_name"]))
        return 200, {"transactionId": name}

    def _status(self, body: dict[str, Any]) -> tuple[int, Any]:
        asked = self.requests[body["transactionId"]]
        if asked.state == "refused":
            return 200, {"status": "4002", "signatures": []}
        if asked.state == "waiting":
            return 200, {"status": "0", "signatures": []}
        given = [signature for _, signature in self.signatures(asked)]
        return 200, {"status": "1", "signatures": given}


@dataclass
class Csc(Service):
    """CSC v1 with "explicit" credentials: a PIN, a code that the service sends, or both."""

    pin: str = "482915"
    code: str = ""  # the code sent last
    wants: tuple[str, ...] = ("PIN", "OTP")
    otp_type: str = "online"
    sad: str = ""
    tries: int = 0
    multisign: int = 1

    def answer(self, method: str, path: str, body: Any, headers: Any) -> tuple[int, Any]:
        if method != "POST":
            return 405, {}
        acts = {
            "info": self._about,
            "auth/login": self._login,
            "credentials/list": self._list,
            "credentials/info": self._info,
            "credentials/sendOTP": self._send,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }
        act = acts.get(path.removeprefix("/csc/v1/"))
        if act is None:
            return 404, {"error": "not_found"}
        signed_in = headers.get("Authorization") == "Bearer tok-csc"
        if act not in (self._about, self._login) and not signed_in:
            return 401, {"error": "invalid_token"}
        try:
            return act(body, headers)
        except (KeyError, TypeError, ValueError, binascii.Error) as wrong:
            return 400, {"error": "invalid_request", "error_description": str(wrong)}

    def _about(self, body: Any, headers: Any) -> tuple[int, Any]:
        fields(body)
        return 200, {"specs": "1.0.4.0", "authType": ["basic"], "methods": []}

    def _login(self, body: Any, headers: Any) -> tuple[int, Any]:
        fields(body)
        pair = base64.b64encode(f"csc-phuyen:{SECRET}".encode()).decode()
        if headers.get("Authorization") != f"Basic {pair}":
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": "tok-csc", "expires_in": 3600}

    def _list(self, body: Any, headers: Any) -> tuple[int, Any]:
        return 200, {"credentialIDs": ["cred-1"] if fields(body, "userID") else []}

    def _info(self, body: Any, headers: Any) -> tuple[int, Any]:
        if fields(body, "credentialID", "certificates")["credentialID"] != "cred-1":
            raise KeyError("credentialID")
        otp = {"presence": "true", "type": self.otp_type, "format": "N", "label": "OTP"}
        return 200, {
            "key": {"status": "enabled", "algo": ["1.2.840.113549.1.1.11"], "len": 2048},
            "cert": {
                "status": "valid",
                "certificates": [base64.b64encode(each).decode() for each in self.chain],
            },
            "authMode": "explicit",
            "PIN": {"presence": str("PIN" in self.wants).lower(), "format": "N", "label": "PIN"},
            "OTP": otp if "OTP" in self.wants else {"presence": "false"},
            "multisign": self.multisign,
        }

    def _send(self, body: Any, headers: Any) -> tuple[int, Any]:
        fields(body, "credentialID", "clientData")
        if self.otp_type != "online":
            raise ValueError("no online OTP")
        self.code = f"{700_000 + len(self.calls)}"
        return 204, None

    def _authorize(self, body: Any, headers: Any) -> tuple[int, Any]:
        known = ("credentialID", "numSignatures", "hash", "description", "clientData")
        fields(body, *known, *self.wants)
        if self.tries >= 3:
            raise ValueError("credential locked")
        right = {"PIN": self.pin, "OTP": self.code}
        if any(not right[name] or body[name] != right[name] for name in self.wants):
            self.tries += 1
            raise ValueError("Invalid parameter PIN or OTP")
        if not 1 <= body["numSignatures"] == len(body["hash"]) <= self.multisign:
            raise ValueError("numSignatures")
        self.sad, self.code = f"sad-{' '.join(body['hash'])}", ""
        return 200, {"SAD": self.sad, "expiresIn": 300}

    def _sign(self, body: Any, headers: Any) -> tuple[int, Any]:
        fields(body, "credentialID", "SAD", "hash", "hashAlgo", "signAlgo")
        if body["SAD"] != f"sad-{' '.join(body['hash'])}" or body["SAD"] != self.sad:
            raise ValueError("SAD is not for these hashes")
        self.sad = ""  # serves once
        digests = {one: base64.b64decode(one, validate=True) for one in body["hash"]}
        asked = Request(digests, "", "signed")
        self.requests[" ".join(digests)] = asked
        return 200, {"signatures": [signature for _, signature in self.signatures(asked)]}


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """The double behind an address of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"service": service})


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def log_message(self, *words: object) -> None:
        """The double says nothing."""

    def do_GET(self) -> None:
        self._say(*self.service.answer("GET", self.path, None, self.headers))

    def do_POST(self) -> None:
        self.service.calls.append(self.path)
        read = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.service.breaks:
            self._break(self.service.breaks)
        elif self.headers.get("Content-Type") != "application/json":
            self._say(415, {})
        else:
            self._say(*self.service.answer("POST", self.path, json.loads(read), self.headers))

    def _break(self, how: str) -> None:
        if how == "redirect":
            self.send_response(307)
            self.send_header("Location", f"{self.service.address}/khac")
            self.end_headers()
        elif how == "hang_up":
            self.connection.close()
        elif how == "flood":
            self._say(200, {"x": "y" * 3_000_000})
        elif how == "text":
            self._say_bytes(200, b"<html>user ok</html>")
        else:
            self._say(int(how), {"message": "user busy"})

    def _say(self, status: int, body: Any) -> None:
        self._say_bytes(status, json.dumps(body).encode())

    def _say_bytes(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
