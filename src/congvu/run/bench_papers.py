"""Figures of `congvu bench` for papers: typesetting, signing, taking in a file from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.db import transaction

from congvu.documents.incoming.receive_by_hand import ByHand, receive_by_hand
from congvu.documents.types import FormValues, draft_of_text
from congvu.documents.typeset_document import typeset_document, typeset_number_strip
from congvu.kit import wall
from congvu.kit.typeset import Typeset
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.run.bench_meter import Cost, Figure, Meter, median
from congvu.run.bench_pages import backend, busy_posting
from congvu.signing.found_authority import found_authority
from congvu.signing.number import number_as_agency
from congvu.signing.seal import seal_as_agency
from congvu.signing.sign import sign_as_person

TEXT = """Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;
Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;
Điều 1. Giao {place} rà soát quy trình gửi, nhận văn bản điện tử đợt {number}.
Điều 2. Các cơ quan, đơn vị báo cáo kết quả về Sở Nội vụ trước ngày {day} hằng tháng.
Điều 3. Chánh Văn phòng và thủ trưởng các cơ quan chịu trách nhiệm thi hành Quyết định này."""
RSA_BITS = 2048
RSA_SIGNATURES = 40


class Press:
    """Makes papers of one page, each a little different: nothing may be remembered whole."""

    def __init__(self, leader: Actor, clerk: Actor, at: datetime) -> None:
        self.leader, self.clerk, self.at = leader, clerk, at
        self.agency = orgs.agency(leader.agency_id or 0)
        self.made = 0

    def typeset(self) -> Typeset:
        """The next paper, unsigned."""
        self.made += 1
        text = TEXT.format(place=self.agency.name, number=self.made, day=1 + self.made % 28)
        values = FormValues(
            type_code="QĐ",
            subject=f"Về việc rà soát quy trình gửi, nhận văn bản điện tử lần {self.made}",
            agency_lines=self.agency.name_lines or (self.agency.name.upper(),),
            agency_upper_lines=self.agency.superior_lines,
            agency_name=self.agency.name,
            place=self.agency.place,
            signer_title=self.leader.title.upper(),
            signer_name=self.leader.full_name,
            blocks=draft_of_text(text).blocks,
            received_by=("Như Điều 3", "Lưu: VT"),
            symbol=f"QĐ-{self.agency.symbol}",
            qr_url=f"http://127.0.0.1/kiem-tra/{self.made:021d}/",
        )
        return typeset_document(values, at=self.at)

    def signed(self, level: str = "b-b") -> bytes:
        """The next paper, signed by the person, numbered and sealed by the agency, at a level."""
        with _at_level(level):
            return self._signed()

    def _signed(self) -> bytes:
        paper, at = self.typeset(), self.at
        number_line = f"Số: {self.made:02d}/QĐ-{self.agency.symbol}"
        strip = typeset_number_strip(
            number_line=number_line, date_line=f"{self.agency.place}, ngày 15 tháng 12", at=at
        )
        with transaction.atomic():
            signature, number = paper.slots["person_signature"], paper.slots["number_strip"]
            first = sign_as_person(paper.pdf, slot=signature, by=self.leader, at=at)
            second = number_as_agency(
                first.pdf,
                strip_pdf=strip.pdf,
                slot=number,
                number_text=number_line,
                by=self.clerk,
                at=at,
            )
            return seal_as_agency(second.pdf, by=self.clerk, at=at).pdf


@contextmanager
def _at_level(level: str) -> Iterator[None]:
    """Signatures of this level, whatever the installation says."""
    before, settings.SIGNATURE_LEVEL = settings.SIGNATURE_LEVEL, level
    try:
        yield
    finally:
        settings.SIGNATURE_LEVEL = before


def measure_papers(at: datetime, *, rounds: int) -> list[Figure]:
    """Typesetting and signing against bare RSA signatures; then the intake of what was signed."""
    found_authority(at=at)
    clerk = orgs.actor_for(busy_posting("clerk").id, at)
    press = Press(orgs.actor_for(busy_posting("leader").id, at), clerk, at)
    meter, bare = Meter(backend()), bare_signature()
    for _ in range(2):  # keys are made, templates and fonts are read
        press.signed()
    renders, signings, bares, files = [], [], [], []
    for _ in range(rounds):
        bares.append(meter.cost(bare, RSA_SIGNATURES))
        renders.append(meter.cost(press.typeset))
        signings.append(meter.cost(lambda: files.append(press.signed())))
    intakes = _take_in(files, clerk, meter, at)
    rsa_ms = median([one.app for one in bares]) * 1000
    return [
        _against("render", "Dàn trang một văn bản / một chữ ký RSA-2048 trần", renders, bares, 25),
        _against("sign", "Dàn trang và ba chữ ký / một chữ ký RSA-2048 trần", signings, bares, 220),
        Figure("intake", "Tiếp nhận một PDF: lưu, kiểm tra, lập chỉ mục", median(
            [one.total for one in intakes]), "s", 0.5,
            details={"database_s": median([one.database for one in intakes]), "rsa_ms": rsa_ms}),
    ]  # fmt: skip


def _against(key: str, name: str, costs: list[Cost], bares: list[Cost], limit: float) -> Figure:
    ratio = median([one.total for one in costs]) / median([one.app for one in bares])
    details = {
        "app_ms": median([one.app for one in costs]) * 1000,
        "database_ms": median([one.database for one in costs]) * 1000,
        "rsa_ms": median([one.app for one in bares]) * 1000,
    }
    return Figure(key, name, ratio, "×", limit, details=details)


def bare_signature() -> Callable[[], object]:
    """One RSA-2048 signature and nothing else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return lambda: key.sign(b"x" * 256, padding.PKCS1v15(), hashes.SHA256())


def _take_in(files: list[bytes], clerk: Actor, meter: Meter, at: datetime) -> list[Cost]:
    costs = []
    for place, content in enumerate(files):
        described = ByHand(
            type_code="quyet-dinh",
            symbol=f"{place}/QĐ-NGOAI",
            issued_on=None,
            issuer_name="Bộ Nội vụ",
            subject=f"Về việc thử tiếp nhận lần {place}",
            sender_name="Bộ Nội vụ",
        )
        costs.append(meter.cost(lambda: _receive(described, content, clerk, at)))  # noqa: B023
    return costs[1:] or costs


def _receive(described: ByHand, content: bytes, clerk: Actor, at: datetime) -> None:
    """As the web does it: one transaction behind the wall."""
    with transaction.atomic():
        wall.enter_agency(clerk.agency_id, clerk.person_id)
        receive_by_hand(
            described=described, content=content, file_name="van-ban.pdf", by=clerk, at=at
        )
