"""The adapters of remote services and the look at their answers, without a database.

CSC is tried against certomancer-csc-dummy (PyPI, by the author of pyHanko), SmartCA and MySign
against our own strict doubles: the real services could not be had.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from certomancer import registry
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from csc_dummy.csc_dummy_server import CSCWithCertomancer, GeneralServiceInfo

from congvu.signing.adapters import answer_check, provider_http
from congvu.signing.adapters.csc_remote import CscRemote
from congvu.signing.adapters.mysign_remote import MySignRemote
from congvu.signing.adapters.smartca_remote import SmartCaRemote
from congvu.signing.ports import HashToSign, Provider, RemoteAsk, RemoteState, RemoteTrouble
from remote_doubles import SECRET, USER, MySign, SmartCa, raw_signature, serving, whole_cms
from rooms.signing.conftest import Bench

pytestmark = pytest.mark.clause("QC.10.3")
DIGEST = hashlib.sha256(b"thuoc tinh da ky").digest()
SMARTCA = Provider(1, "SmartCA", "", "sp-phuyen", SECRET, hashes="hex")
MYSIGN = Provider(2, "MySign", "", "ms-phuyen", SECRET, "adss:ras:profile:001")


def ask(credential: str, certificate: bytes = b"") -> RemoteAsk:
    one = HashToSign("congvu-1", "Van ban 8F3A-21C9", DIGEST)
    return RemoteAsk("congvu-1", "Van ban 8F3A-21C9", USER, credential, certificate, (one,))


# --- Calls ----------------------------------------------------------------------------------------


@pytest.fixture
def smartca(bench: Bench) -> Iterator[tuple[SmartCa, Provider]]:
    name = bench.leader.key_reference.partition(":")[2]
    with serving(SmartCa(bench.keys.key(name), bench.keys.chain(name))) as service:
        yield service, replace(SMARTCA, base_url=service.address)


@pytest.mark.parametrize(
    ("breaks", "is_passing"),
    [
        ("500", True), ("503", True), ("429", True), ("hang_up", True), ("400", False),
        ("401", False), ("302", False), ("redirect", False), ("text", False), ("flood", False),
    ],
)  # fmt: skip
def test_a_call_that_goes_wrong_says_so_and_nothing_else(
    smartca: tuple[SmartCa, Provider], breaks: str, is_passing: bool
) -> None:
    service, provider = smartca
    service.breaks = breaks
    with pytest.raises(RemoteTrouble) as trouble:
        SmartCaRemote().certificates(provider, USER)
    assert trouble.value.is_passing == is_passing
    assert trouble.value.said.endswith(".") and SECRET not in str(trouble.value)
    assert trouble.value.__cause__ is None and len(service.calls) == 1


def test_a_service_that_drips_is_given_up(
    smartca: tuple[SmartCa, Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_http, "SECONDS", 0.05)
    service, provider = smartca
    service.answer = lambda *words: (threading.Event().wait(0.3), (200, {}))[1]  # type: ignore[method-assign]
    with pytest.raises(RemoteTrouble) as trouble:
        SmartCaRemote().certificates(provider, USER)
    assert trouble.value.is_passing


def test_nobody_is_there() -> None:
    with pytest.raises(RemoteTrouble):
        SmartCaRemote().certificates(replace(SMARTCA, base_url="http://127.0.0.1:9"), USER)


def test_a_secret_does_not_stand_in_the_words_for_a_provider() -> None:
    assert SECRET not in repr(SMARTCA)


@pytest.mark.parametrize("client_id", ["sp-khac", ""])
def test_an_error_with_the_word_user_is_an_error(
    smartca: tuple[SmartCa, Provider], client_id: str
) -> None:
    with pytest.raises(RemoteTrouble):
        SmartCaRemote().certificates(replace(smartca[1], client_id=client_id), USER)
    with pytest.raises(RemoteTrouble):
        SmartCaRemote().certificates(smartca[1], "nguoi-la")


def test_the_double_refuses_what_the_real_one_would(smartca: tuple[SmartCa, Provider]) -> None:
    service, _ = smartca
    base = "/sca/sp769/v1"
    assert service.answer("GET", f"{base}/signatures/sign/x/status", None, {})[0] == 405
    status, body = service.answer("POST", f"{base}/signatures/sign", {"sp_id": "x"}, {})
    assert (status, body["status_code"]) == (200, 1400)
    assert (
        service.answer("POST", f"{base}/signatures/sign/khong-co/status", {}, {})[1]["data"] is None
    )


def test_mysign_signs_in_once_for_many_questions(bench: Bench) -> None:
    name = bench.leader.key_reference.partition(":")[2]
    with serving(MySign(bench.keys.key(name), bench.keys.chain(name))) as service:
        provider, signer = replace(MYSIGN, base_url=service.address), MySignRemote()
        (found,) = signer.certificates(provider, USER)
        assert found.chain[0] == bench.leader.certificate and found.why_not == ""
        started = signer.start(provider, ask(found.credential))
        for _ in range(3):
            assert signer.poll(provider, ask("x"), started.transaction).state == RemoteState.WAITING
        service.confirm()
        signed = signer.poll(provider, ask("x"), started.transaction)
        assert signed.signatures == {"congvu-1": raw_signature(service.key, DIGEST)}
        assert sum(call.endswith("/login") for call in service.calls) == 1
        with pytest.raises(RemoteTrouble):
            signer.certificates(replace(provider, secret="khac"), USER)


# --- The look at an answer ------------------------------------------------------------------------


def looked_at(bench: Bench, given: bytes, wants: str, holder: str = "leader") -> dict[str, str]:
    issued = getattr(bench, holder)
    options = {
        "certificate": base64.b64encode(issued.certificate).decode(),
        "attributes": base64.b64encode(ATTRIBUTES).decode(),
        "wants": wants,
    }
    return answer_check.answer(io.BytesIO(given), options)


DOCUMENT = hashlib.sha256(b"van ban").digest()
# SET OF one attribute: messageDigest (1.2.840.113549.1.9.4) with the document's digest.
ATTRIBUTES = bytes.fromhex("3131302f06092a864886f70d01090431220420") + DOCUMENT


@pytest.fixture(params=["leader", "agency"])
def signer(bench: Bench, request: Any) -> tuple[str, Any, list[bytes]]:
    """An RSA key, then an EC key."""
    name = getattr(bench, request.param).key_reference.partition(":")[2]
    return request.param, bench.keys.key(name), bench.keys.chain(name)


def test_raw_and_whole_answers_are_known(
    bench: Bench, signer: tuple[str, Any, list[bytes]]
) -> None:
    holder, key, chain = signer
    raw = raw_signature(key, hashlib.sha256(ATTRIBUTES).digest())
    assert looked_at(bench, raw, "raw", holder) == {"raw": base64.b64encode(raw).decode()}
    whole = whole_cms(key, chain, DOCUMENT)
    assert looked_at(bench, whole, "cms", holder) == {"cms": base64.b64encode(whole).decode()}


def test_an_ec_signature_as_two_numbers_is_known(bench: Bench) -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    key = bench.keys.key(bench.agency.key_reference.partition(":")[2])
    raw = raw_signature(key, hashlib.sha256(ATTRIBUTES).digest())
    r, s = decode_dss_signature(raw)
    flat = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert base64.b64decode(looked_at(bench, flat, "raw", "agency")["raw"])


def test_garbage_says_why(bench: Bench, signer: tuple[str, Any, list[bytes]]) -> None:
    holder, key, chain = signer
    good = raw_signature(key, hashlib.sha256(ATTRIBUTES).digest())
    strange = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    other = ec.generate_private_key(ec.SECP256R1())
    cases = {
        ("raw", b""): answer_check.NOT_A_SIGNATURE,
        ("raw", b"\x00" * 256): answer_check.NOT_A_SIGNATURE,
        ("raw", good[:-1]): answer_check.NOT_A_SIGNATURE,
        ("raw", raw_signature(key, DOCUMENT)): answer_check.NOT_A_SIGNATURE,
        ("raw", raw_signature(strange, hashlib.sha256(ATTRIBUTES).digest())): answer_check.NOT_A_SIGNATURE,
        ("raw", whole_cms(key, chain, DOCUMENT)): answer_check.WRONG_SETTING,
        ("cms", good): answer_check.WRONG_SETTING,
        ("cms", b"\x30\x82"): answer_check.NOT_A_SIGNATURE,
        ("cms", whole_cms(key, chain, bytes(32))): answer_check.OTHER_DOCUMENT,
        ("cms", whole_cms(other, chain, DOCUMENT)): answer_check.NOT_A_SIGNATURE,
        ("cms", whole_cms(key, chain[1:], DOCUMENT)): answer_check.OTHER_SIGNER,
    }  # fmt: skip
    assert {case: looked_at(bench, case[1], case[0], holder).get("why") for case in cases} == cases


# --- CSC ------------------------------------------------------------------------------------------


@dataclass
class Csc:
    provider: Provider
    world: registry.CertomancerConfig


def _config(folder: Path) -> registry.CertomancerConfig:
    """One authority, a signer with an RSA key and one with an EC key."""
    keys = {
        "root": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "signer": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "signer-ec": ec.generate_private_key(ec.SECP256R1()),
    }
    for name, key in keys.items():
        (folder / f"{name}.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    validity = {"valid-from": "2021-01-01T00:00:00+0000", "valid-to": "2041-01-01T00:00:00+0000"}
    usage = {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage"}}
    people = {
        name: {
            "subject": name, "issuer": "root", "validity": validity,
            "extensions": [{**usage, "smart-value": {**usage["smart-value"], "params": ["digital_signature", "non_repudiation"]}}],
        }
        for name in ("signer", "signer-ec")
    }  # fmt: skip
    return registry.CertomancerConfig(
        {
            "external-url-prefix": "http://test.test",
            "keysets": {
                "ks": {"path-prefix": str(folder), "keys": {name: {"path": f"{name}.pem"} for name in keys}}
            },
            "pki-architectures": {
                "csc": {
                    "keyset": "ks",
                    "entity-defaults": {"country-name": "VN", "organization-name": "Thu"},
                    "entities": {"root": {"common-name": "Goc"}, "signer": {"common-name": "Trần Hữu Thế"}, "signer-ec": {"common-name": "Lê Tấn Hổ"}},
                    "certs": {
                        "root": {"subject": "root", "issuer": "root", "validity": validity, "profiles": [{"id": "simple-ca"}]},
                        **people,
                    },
                }
            },
        },
        key_search_dir=str(folder),
        config_search_dir=str(folder),
    )  # fmt: skip


@pytest.fixture(scope="module")
def csc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Csc]:
    """certomancer-csc-dummy behind an address of this machine."""
    world = _config(tmp_path_factory.mktemp("csc"))
    dummy = CSCWithCertomancer(world, svc_info=GeneralServiceInfo())
    dummy.register_routes()
    loop, ready = asyncio.new_event_loop(), threading.Event()
    place: list[int] = []

    async def serve() -> None:
        runner = web.AppRunner(dummy.app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        place.append(site._server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield Csc(Provider(3, "CSC", f"http://127.0.0.1:{place[0]}", "", ""), world)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.mark.parametrize(("name", "kind"), [("csc/signer", "rsa"), ("csc/signer-ec", "ec")])
def test_csc_signs_exactly_the_hash(csc: Csc, name: str, kind: str) -> None:
    signer = CscRemote()
    found = {one.credential: one for one in signer.certificates(csc.provider, USER)}
    assert found[name].why_not == "" and len(found[name].chain) == 2
    signed = signer.start(csc.provider, ask(name, found[name].chain[0]))
    assert signed.state == RemoteState.SIGNED
    facts = answer_check.certificate(io.BytesIO(found[name].chain[0]), {})
    assert facts["name"] == {"rsa": "Trần Hữu Thế", "ec": "Lê Tấn Hổ"}[kind] and facts["signs"]
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(found[name].chain[0])
    assert answer_check._raw(certificate, signed.signatures["congvu-1"], DIGEST)
    assert not answer_check._raw(certificate, signed.signatures["congvu-1"], bytes(32))


def test_csc_without_such_a_credential(csc: Csc) -> None:
    with pytest.raises(RemoteTrouble):
        CscRemote().start(csc.provider, ask("csc/khong-co"))


@pytest.mark.parametrize(
    ("how", "said"), [("explicit", "theo cách mà Hệ thống chưa hỗ trợ"), ("oauth2code", "OAuth")]
)
def test_csc_credentials_that_want_another_way_say_so(
    csc: Csc, monkeypatch: pytest.MonkeyPatch, how: str, said: str
) -> None:
    """ "Explicit", and neither a PIN nor a code is told of; or a page of the service's own."""
    real = provider_http.post

    def other(provider: Provider, path: str, body: Any, **words: Any) -> dict[str, Any]:
        found = real(provider, path, body, **words)
        return found | {"authMode": how} if path.endswith("/credentials/info") else found

    monkeypatch.setattr("congvu.signing.adapters.csc_remote.post", other)
    found = CscRemote().certificates(csc.provider, USER)
    assert found and all(said in one.why_not for one in found)
    assert CscRemote().start(csc.provider, ask("csc/signer")).state == RemoteState.FAILED
