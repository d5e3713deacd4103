"""A double of VGCA Sign Service, the program of Ban Cơ yếu on a signer's own machine.

It does what the program is known to do (docs/runbook/signing-program.md): listens on a TLS
WebSocket, one function per path, takes one JSON text, fetches the file by itself and without any
cookie, shows its window to a scripted person, signs as an incremental update with a field of its
own name, posts the file as `uploadfile`, and answers the page with one JSON text.

It is strict where the program is: a missing key, a relative address, a handler that does not
answer bare JSON, a `Status` that is not a bool, all end in a fault (`faults`), never in silence.
What the numbers of `Status` other than 0 mean is not known; 1 stands for every refusal here.
"""

from __future__ import annotations

import base64
import io
import json
import secrets
import ssl
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from asn1crypto import cms, keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle, TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from congvu.signing.adapters.cms import TimeStampContent
from congvu.signing.adapters.demo_authority import STAMPING
from congvu.signing.adapters.demo_stamper import POLICY, installed_stamper
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.models import Certificate
from congvu.signing.sign_appendix import typeset_line

COMMON = {"FileUploadHandler", "SessionId", "JWTToken", "FileName"}
KEYS = {
    "SignApproved": COMMON | {"MetaData"},
    "SignIssued": COMMON | {"MetaData", "DocNumber", "IssuedDate"},
    "SignIncome": COMMON | {"MetaData"},
    "SignAppendix": COMMON | {"MetaData", "DocNumber"},
    "SignCopy": COMMON | {"MetaData", "DocNumber"},
}
HANDLER_KEYS = {"Status", "Message", "FileName", "FileServer"}


class Fault(Exception):
    """The contract was broken: by the page or by the handler."""


class Closed(Exception):
    """The program was closed while its window stood open; the page hears nothing."""


@dataclass
class Token:
    """A USB token: a certificate with its issuers, and its key."""

    certificate: bytes
    chain: tuple[bytes, ...]
    key: Any

    def signer(self) -> signers.SimpleSigner:
        """As pyHanko signs with it."""
        plain = self.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        store = SimpleCertificateStore()
        store.register_multiple([asn1_x509.Certificate.load(one) for one in self.chain])
        return signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self.certificate),
            signing_key=keys.PrivateKeyInfo.load(plain),
            cert_registry=store,
        )


def token_of(certificate: Certificate) -> Token:
    """The demonstration key of a registered certificate goes into a token of the program."""
    name = certificate.key_reference.partition(":")[2]
    own, *chain = installed_keys().chain(name)
    certificate.key_reference = "vgca:" + certificate.serial
    certificate.save(update_fields=["key_reference"])
    return Token(own, tuple(chain), installed_keys().key(name))


@dataclass
class Person:
    """Who sits before the window: what they press, and what the program does to the file."""

    answer: str = "agrees"  # or "cancels", "wrong_pin", "closes": the program ends in the middle
    number_as: str = ""  # SignIssued writes number and date as "content", "annotation", or not
    types: str = ""  # what the person types over the number that was given
    copies_as: str = "SAO Y"  # the form that the person chooses in the window of SignCopy
    stamps_time: bool = False  # with a time-stamp of the program's own authority
    answers: list[str] = field(default_factory=list)  # to the next windows, before `answer`
    before_signing: Callable[[bytes], bytes] = lambda pdf: pdf
    after_signing: Callable[[bytes], bytes] = lambda pdf: pdf


def signed_by_program(
    pdf: bytes,
    token: Token,
    *,
    at: datetime | None = None,
    box: tuple[int, int, int, int] = (330, 200, 480, 260),
    name: str = "",
    number_as: str = "",
    number: str = "",
    certify: bool = False,
    stamper: TimeStamper | None = None,
    line: str = "",
) -> bytes:
    """The file with one visible signature, appended as the program appends."""
    out = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    if number_as == "content":
        _write_into_page(out, number)
    elif number_as == "annotation":
        _write_as_annotation(out, number)
    name = name or f"Signature_{secrets.token_hex(3)}"
    made = _Clocked(
        signers.PdfSignatureMetadata(
            field_name=name, md_algorithm="sha256", certify=certify, reason="Ký số"
        ),
        signer=token.signer(),
        timestamper=stamper,
        stamp_style=_look(line),
        new_field_spec=fields.SigFieldSpec(name, on_page=0, box=box),
    )
    made.clock = at
    return made.sign_pdf(out, in_place=False).getvalue()


def _look(line: str) -> Any:
    """What the signature shows: who signs, or the one line of an appendix or a copy."""
    if not line:
        return TextStampStyle(stamp_text="Ky boi: %(signer)s")
    with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as file:
        file.write(typeset_line(line, at=datetime(2022, 2, 14, tzinfo=UTC)).pdf)
    return StaticStampStyle.from_pdf_file(file.name, border_width=0)


class _Clocked(signers.PdfSigner):
    """A signer whose machine's clock stands at `clock` (None: it goes)."""

    clock: datetime | None = None

    def init_signing_session(self, *given: Any, **named: Any) -> Any:
        """The session, with that clock."""
        session = super().init_signing_session(*given, **named)
        session.system_time = self.clock or session.system_time
        return session


class ProgramStamper(TimeStamper):
    """The time-stamping authority that the program asks; here the one of the demonstration."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """A token over the digest that is asked about."""
        digest = req["message_imprint"]["hashed_message"].native
        serial, nonce = secrets.randbits(63), req["nonce"].native
        said = TimeStampContent(POLICY, digest, serial, self.at, nonce)
        stamper = installed_stamper()
        token = stamper.token(said, tuple(stamper.authority.keys.chain(STAMPING)[:-1]))
        status = tsp.PKIStatusInfo({"status": "granted"})
        return tsp.TimeStampResp(
            {"status": status, "time_stamp_token": cms.ContentInfo.load(token)}
        )


def _line(out: IncrementalPdfFileWriter, text: str) -> Any:
    """A line of text in an embedded font, as an object that can be painted."""
    made = typeset_line(text, at=datetime(2022, 2, 14, tzinfo=UTC)).pdf
    return out.import_page_as_xobject(PdfFileReader(io.BytesIO(made)))


def _write_into_page(out: IncrementalPdfFileWriter, text: str) -> None:
    """Number and date as page content, as simple programs append it."""
    stream = generic.StreamObject(stream_data=b"q 1 0 0 1 90 725 cm /CvLine Do Q")
    lines = generic.DictionaryObject({generic.pdf_name("/CvLine"): _line(out, text)})
    resources = generic.DictionaryObject({generic.pdf_name("/XObject"): lines})
    out.add_stream_to_page(0, out.add_object(stream), resources)


def _write_as_annotation(out: IncrementalPdfFileWriter, text: str) -> None:
    """Number and date as a free text annotation with its look."""
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(n) for n in (90, 725, 390, 741)]
            ),
            generic.pdf_name("/Contents"): generic.TextStringObject(text),
            generic.pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
            generic.pdf_name("/AP"): generic.DictionaryObject(
                {generic.pdf_name("/N"): _line(out, text)}
            ),
            generic.pdf_name("/F"): generic.NumberObject(4),
        }
    )
    out.register_annotation(out.find_page_for_modification(0)[0], out.add_object(note))


def local_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, as the program's installer makes one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "vgca.crt", folder / "vgca.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


@dataclass
class Program:
    """The running program. `asked` and `uploads` are what went through it, `faults` what broke."""

    token: Token
    folder: Path
    person: Person = field(default_factory=Person)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    handler_said: list[Any] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    address: str = ""

    def start(self) -> Program:
        """Listen on a free port of the loopback."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*local_certificate(self.folder))
        self._server: Server = serve(self._talk, "127.0.0.1", 0, ssl=context)
        self.address = f"wss://127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Close the program."""
        self._server.shutdown()

    def _talk(self, socket: ServerConnection) -> None:
        function = (socket.request.path if socket.request else "").strip("/")
        try:
            text = socket.recv(timeout=10)
            if not isinstance(text, str):
                raise Fault("the message must be text")
            socket.send(json.dumps(self._answer(function, text)))
        except (ConnectionClosed, Closed):
            return
        except Fault as fault:
            self.faults.append(str(fault))
            socket.send(json.dumps({"Status": 1, "Message": f"Lỗi: {fault}"}))

    def _answer(self, function: str, text: str) -> dict[str, Any]:
        if function == "GetCertInfo":
            return self._certificate(text)
        if function == "Config":
            if text != "config":
                raise Fault("Config wants the text config")
            self.asked.append((function, text))
            return {"Status": 0}
        if function not in KEYS:
            raise Fault(f"no function {function}")
        return self._sign(function, _request(function, text))

    def _certificate(self, text: str) -> dict[str, Any]:
        if text != "get_cert_info":
            raise Fault("GetCertInfo wants the text get_cert_info")
        self.asked.append(("GetCertInfo", text))
        if self.person.answer == "cancels":
            return {"Status": 1, "Message": "Người dùng hủy chọn chứng thư số"}
        parsed = x509.load_der_x509_certificate(self.token.certificate)
        return {
            "Status": 0,
            "Message": "",
            "CertInfo": {
                "Subject": parsed.subject.rfc4514_string(),
                "Issuer": parsed.issuer.rfc4514_string(),
                "ValidFrom": parsed.not_valid_before_utc.isoformat(),
                "ValidTo": parsed.not_valid_after_utc.isoformat(),
                "Base64Data": base64.b64encode(self.token.certificate).decode(),
            },
        }

    def _sign(self, function: str, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((function, request))
        pdf = _fetched(request["FileName"])
        answer = self.person.answers.pop(0) if self.person.answers else self.person.answer
        if answer == "cancels":
            return {"Status": 1, "Message": "Người dùng hủy bỏ thao tác ký số"}
        if answer == "wrong_pin":
            return {"Status": 1, "Message": "Mã PIN không đúng"}
        if answer == "closes":
            raise Closed
        made = signed_by_program(
            self.person.before_signing(pdf),
            self.token,
            number_as=self.person.number_as if function == "SignIssued" else "",
            number=self.person.types or _number_of(request),
            stamper=ProgramStamper(datetime.now(UTC)) if self.person.stamps_time else None,
            line=self._line(function, request),
        )
        return self._upload(request["FileUploadHandler"], self.person.after_signing(made))

    def _line(self, function: str, request: dict[str, Any]) -> str:
        """The line that the program draws beside an appendix or a copy."""
        time = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        form = {"SignAppendix": request.get("DocNumber"), "SignCopy": self.person.copies_as}
        return f"{form[function]}; {time}" if form.get(function) else ""

    def _upload(self, handler: str, pdf: bytes) -> dict[str, Any]:
        self.uploads.append((handler, pdf))
        said = _posted(handler, pdf)
        self.handler_said.append(said)
        return {
            "Status": 0 if said["Status"] else 1,
            "Message": said["Message"],
            "FileName": said["FileName"],
            "FileServer": said["FileServer"],
            "DocumentNumber": "99/QĐ-GIẢ",  # what the browser is told proves nothing
            "DocumentDate": "2001-01-01T00:00:00+07:00",
        }


def _request(function: str, text: str) -> dict[str, Any]:
    """The JSON of the page, when it is what this function wants."""
    try:
        request = json.loads(text)
    except ValueError as broken:
        raise Fault("not JSON") from broken
    if not isinstance(request, dict) or set(request) != KEYS[function]:
        raise Fault(f"{function} wants {sorted(KEYS[function])}")
    for key in ("FileUploadHandler", "FileName"):
        if not str(request[key]).startswith(("http://", "https://")):
            raise Fault(f"{key} must be an absolute address")
    if not isinstance(request["MetaData"], list) or any(
        not isinstance(one, dict) or set(one) != {"Key", "Value"} for one in request["MetaData"]
    ):
        raise Fault("MetaData must be a list of Key and Value")
    if not str(request.get("DocNumber", "given")).strip():
        raise Fault(f"{function} needs the number of the document")
    if "IssuedDate" in request and datetime.fromisoformat(request["IssuedDate"]).tzinfo is None:
        raise Fault("IssuedDate must be ISO 8601 with its zone")
    return request


def _number_of(request: dict[str, Any]) -> str:
    """Number and day as the program writes them from what it was given."""
    if "IssuedDate" not in request:
        return str(request.get("DocNumber", ""))
    return f"{request['DocNumber']} {datetime.fromisoformat(request['IssuedDate']):%d/%m/%Y}"


def _fetched(address: str) -> bytes:
    """The file; the program has no session of the browser."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            if answer.headers.get_content_type() != "application/pdf":
                raise Fault(f"not a PDF: {answer.headers.get_content_type()}")
            return bytes(answer.read())
    except urllib.error.HTTPError as refused:
        raise Fault(f"the file was not served: {refused.code}") from refused


def _posted(address: str, pdf: bytes) -> dict[str, Any]:
    """What the handler answers to the signed file."""
    border = secrets.token_hex(12)
    body = (
        (
            f'--{border}\r\nContent-Disposition: form-data; name="uploadfile"; '
            f'filename="van-ban.signed.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        ).encode()
        + pdf
        + f"\r\n--{border}--\r\n".encode()
    )
    order = urllib.request.Request(
        address, body, {"Content-Type": f"multipart/form-data; boundary={border}"}, method="POST"
    )
    try:
        with urllib.request.urlopen(order, timeout=30) as answer:
            said = json.loads(answer.read())
    except (urllib.error.HTTPError, ValueError) as broken:
        raise Fault(f"the handler gave no JSON: {broken}") from broken
    if not isinstance(said, dict) or set(said) != HANDLER_KEYS:
        raise Fault(f"the handler must answer {sorted(HANDLER_KEYS)}")
    if not isinstance(said["Status"], bool):
        raise Fault("Status of the handler must be true or false")
    return said
