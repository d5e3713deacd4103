"""Files, keys and an authority for the tests of signing."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst

from congvu.kit.typeset import font_folder
from congvu.signing.adapters.demo_authority import DemoAuthority
from congvu.signing.adapters.demo_marks import seal_mark, signature_mark
from congvu.signing.adapters.pyhanko_judge import SandboxedJudge
from congvu.signing.adapters.pyhanko_pades import PadesMaker
from congvu.signing.adapters.software_keys import SoftwareKeys
from congvu.signing.ports import IssuedCertificate, PagePicture, Picture, SignatureOrder
from pki import NOW, TestPki, running_pki

SIGNED_AT = datetime(2022, 1, 31, 3, 0, tzinfo=UTC)
PERSON_BOX = (330.0, 200.0, 480.0, 260.0)

LETTER = """
#set document(title: "Quyết định thử")
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(font: "Tinos", size: 13pt, lang: "vi")
#v(2cm)
= Quyết định
#for i in range(6) [ Ban hành Quy chế làm việc trên môi trường điện tử. #parbreak() ]
"""
STRIP = """
#set page(width: 595pt, height: 40pt, margin: 0pt, fill: none)
#set text(font: "Tinos", size: 13pt, lang: "vi")
#place(dx: 100pt, dy: 10pt)[Số: 03/2022/QĐ-UBND]
#place(dx: 300pt, dy: 10pt)[_Phú Yên, ngày 31 tháng 01 năm 2022_]
"""


def typeset(source: str) -> bytes:
    """A small PDF/A-2b in the print font."""
    return typst.compile(
        source.encode(),
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        timestamp=SIGNED_AT,
    )


@dataclass(frozen=True)
class Bench:
    """Everything to sign bytes without a database."""

    keys: SoftwareKeys
    authority: DemoAuthority
    root: bytes
    leader: IssuedCertificate
    agency: IssuedCertificate
    letter: bytes
    strip: bytes
    blue: bytes
    red: bytes
    folder: Path

    def put(
        self,
        pdf: bytes,
        field: str,
        box: tuple[float, float, float, float],
        look: Picture | PagePicture,
        holder: IssuedCertificate,
        at: datetime = SIGNED_AT,
    ) -> bytes:
        path = self.folder / "being-signed.pdf"
        path.write_bytes(pdf)
        chain = (holder.certificate, *holder.chain[:-1])
        order = SignatureOrder(field, 1, box, look, "lý do", at, chain)
        maker = PadesMaker()
        made = maker.prepare(path, order)
        name = holder.key_reference.partition(":")[2]
        maker.complete(path, made, order, self.keys.sign_digest(name, made.digest))
        return path.read_bytes()

    def by_person(self, pdf: bytes, at: datetime = SIGNED_AT) -> bytes:
        look = Picture(self.blue)
        return self.put(pdf, "ChuKyNguoiCoThamQuyen", PERSON_BOX, look, self.leader, at)

    def numbered(self, pdf: bytes) -> bytes:
        box = (0.0, 740.0, 595.0, 780.0)
        return self.put(pdf, "SoVaThoiGian", box, PagePicture(self.strip), self.agency)

    def sealed(self, pdf: bytes) -> bytes:
        box = (278.0, 179.0, 380.0, 281.0)
        return self.put(pdf, "ChuKyCoQuan", box, Picture(self.red), self.agency)

    def issued(self) -> bytes:
        return self.sealed(self.numbered(self.by_person(self.letter)))

    def question(
        self, *, seen_at: datetime = SIGNED_AT, revoked: dict[int, datetime] | None = None
    ) -> dict[str, object]:
        lists = self.authority.revocation_lists(revoked or {}, SIGNED_AT)
        return {
            "anchors": [base64.b64encode(self.root).decode()],
            "stamp_anchors": [base64.b64encode(self.authority.time_stamp_root()).decode()],
            "lists": [base64.b64encode(one).decode() for one in lists],
            "seen_at": seen_at.isoformat(),
        }


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("signing")
    keys = SoftwareKeys(folder / "keys")
    authority = DemoAuthority(keys)
    root = authority.found(SIGNED_AT)[0]
    return Bench(
        keys=keys,
        authority=authority,
        root=root,
        leader=authority.issue_for_person("Trần Hữu Thế", "UBND tỉnh Phú Yên", SIGNED_AT),
        agency=authority.issue_for_agency("Ủy ban nhân dân tỉnh Phú Yên", SIGNED_AT),
        letter=typeset(LETTER),
        strip=typeset(STRIP),
        blue=signature_mark("Trần Hữu Thế"),
        red=seal_mark("Ủy ban nhân dân tỉnh Phú Yên", font_folder()),
        folder=folder,
    )


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture
def pki(services: TestPki) -> TestPki:
    """The test infrastructure, its services up, its clock at NOW, nothing asked yet."""
    services.moment, services.is_down = NOW, False
    services.asked.clear()
    return services


@pytest.fixture(scope="session")
def issued_pdf(bench: Bench) -> bytes:
    return bench.issued()


@pytest.fixture(scope="session")
def judge() -> Iterator[SandboxedJudge]:
    yield SandboxedJudge()
