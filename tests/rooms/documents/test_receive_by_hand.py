"""What came on paper, by post or e-mail is taken in byte for byte, or not at all (ND30 Điều 21)."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cast import House
from congvu.audit.models import Entry
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.models import Arrival, Attachment, Document
from congvu.documents.queries.found import find_documents
from congvu.documents.queries.incoming import possible_duplicates
from congvu.documents.states import ArrivalState, DocumentState
from congvu.kit import blobs, clock
from congvu.orgs.types import Actor
from hostile import png, scan
from letters import behind_the_wall, by_hand, locked_pdf, small_pdf
from paperwork import refused

pytestmark = pytest.mark.django_db


def take_in(
    house: House,
    at: datetime,
    *,
    content: bytes | None = None,
    name: str = "cong-van.pdf",
    by: Actor | None = None,
    is_declared_open: bool = False,
    **changed: Any,
) -> Arrival:
    return receive_by_hand(
        described=by_hand(**changed),
        content=small_pdf(2) if content is None else content,
        file_name=name,
        by=by or house.clerk,
        at=at,
        is_declared_open=is_declared_open,
    )


@pytest.mark.clause("ND30.21", "ND30.22")
def test_the_file_is_kept_byte_for_byte_and_the_letter_waits_for_its_number(
    house: House, at: datetime
) -> None:
    with behind_the_wall(house.clerk):
        arrival = take_in(house, at)
    document = arrival.document
    assert (document.state, document.origin, document.page_count) == (
        DocumentState.TAKEN_IN,
        Document.Origin.OUTSIDE,
        2,
    )
    assert (arrival.state, arrival.channel) == (ArrivalState.ARRIVED, Arrival.Channel.BY_HAND)
    assert (arrival.sender_name, arrival.sent_at) == ("Bộ Nội vụ", None)
    main = Attachment.objects.get(document=document, part=Attachment.Part.MAIN)
    assert blobs.read(main.sha256) == small_pdf(2)
    assert [row.document_id for row in find_documents(house.clerk, "cong tac van thu")] == [
        document.id
    ]
    assert [row.document_id for row in find_documents(house.clerk, "1234/bnv")] == [document.id]


@pytest.mark.clause("QC.8.1")
def test_paper_that_comes_in_the_evening_counts_from_the_morning(
    house: House, at: datetime
) -> None:
    evening = clock.at_vietnam(2022, 2, 11, 18, 40)
    arrival = take_in(house, evening)
    assert arrival.entered_at == evening
    assert arrival.received_at == clock.at_vietnam(2022, 2, 14, 7, 30)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "rong.pdf", "kit.E031"),
        (b"khong phai PDF", "cong-van.pdf", "kit.E033"),
        (b"MZ\x90\x00" + b"\x00" * 90, "cong-van.pdf", "kit.E033"),
        (small_pdf()[: len(small_pdf()) // 2], "cat-cut.pdf", "kit.E034"),
        (locked_pdf(), "mat-khau.pdf", "kit.E034"),
        (b"%PDF-1.7\n" + b"\x00" * 300, "hong.pdf", "kit.E034"),
        (small_pdf(), "", "kit.E030"),
        (small_pdf(), "x" * 300 + ".pdf", "kit.E030"),
        (small_pdf(), "\u202e\u200b...", "kit.E030"),
    ],
)
def test_a_file_that_nobody_could_read_is_refused_and_leaves_nothing(
    house: House, at: datetime, content: bytes, name: str, code: str
) -> None:
    with refused(code):
        take_in(house, at, content=content, name=name)
    assert (Document.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_file_over_the_limit_is_refused(house: House, at: datetime, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 400
    with refused("kit.E032") as said:
        take_in(house, at)
    assert "tối đa" in said.value.say


def test_a_hostile_file_name_is_only_a_name(house: House, at: datetime) -> None:
    take_in(house, at, name="../../etc/pas\u202ewd\x00\n<b>.pdf")
    kept = Attachment.objects.get()
    assert "/" not in kept.name
    assert "\x00" not in kept.name
    assert "\u202e" not in kept.name
    assert kept.name.endswith("<b>.pdf")


def test_a_scan_may_come_as_a_picture(house: House, at: datetime) -> None:
    arrival = take_in(house, at, content=png(), name="quet.png", is_declared_open=True)
    assert Attachment.objects.get().mime == "image/png"
    assert arrival.document.page_count is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": ""}, "documents.E310"),
        ({"subject": "x" * 5000}, "documents.E310"),
        ({"subject": "\u200b\x00"}, "documents.E310"),
        ({"issuer_name": " "}, "documents.E311"),
        ({"issuer_name": "x" * 251}, "documents.E311"),
        ({"type_code": "khong-co"}, "documents.E312"),
        ({"issued_on": date(2022, 2, 15)}, "documents.E313"),
        ({"urgency": 9}, "documents.E314"),
        ({"subject": "TỐI MẬT: kế hoạch bảo vệ"}, "documents.E107"),
        ({"symbol": "1/" + "x" * 100}, "documents.E316"),
        ({"sender_name": "x" * 251}, "documents.E317"),
        ({"signer_name": "x" * 201}, "documents.E317"),
        ({"signer_title": "x" * 201}, "documents.E317"),
    ],
)
@pytest.mark.clause("QC.4.1", "ND30.22")
def test_what_cannot_be_registered_is_refused_with_its_field(
    house: House, at: datetime, changed: dict[str, Any], code: str
) -> None:
    with refused(code):
        take_in(house, at, **changed)
    assert Document.objects.count() == 0


def test_today_is_no_future_and_an_old_letter_may_come_late(house: House, at: datetime) -> None:
    assert take_in(house, at, issued_on=clock.local(at).date())
    assert take_in(house, at, issued_on=date(1999, 5, 4), symbol="5/QĐ-UB")
    assert take_in(house, at, issued_on=None, symbol="")


def test_typed_text_is_kept_composed_clean_and_on_one_line(house: House, at: datetime) -> None:
    typed = unicodedata.normalize("NFD", "Hướng dẫn  nuôi\ttôm\r\nở Đông Hòa") + "\x07\u200b\x00"
    arrival = take_in(house, at, subject=typed, symbol="12/SNN\x00-TS", issuer_name="Sở\x07 NN")
    document = arrival.document
    assert document.subject == "Hướng dẫn nuôi tôm ở Đông Hòa"
    assert (document.symbol, document.issuer_name) == ("12/SNN-TS", "Sở NN")


def test_text_of_an_old_encoding_is_refused_before_it_is_kept(house: House, at: datetime) -> None:
    with refused("kit.E021"):
        take_in(house, at, subject="C«ng v¨n vÒ viÖc triÓn khai c«ng t¸c v¨n th­ n¨m 2022")


def test_only_a_clerk_takes_in(house: House, at: datetime) -> None:
    for other in (house.leader, house.head, house.drafter, house.archivist):
        with refused("documents.E002"):
            take_in(house, at, by=other)


def test_the_same_letter_is_recognised_by_number_and_by_file(
    house: House, committee: House, at: datetime
) -> None:
    first = take_in(house, at)
    sha256 = Attachment.objects.get().sha256

    def found(symbol: str, issuer: str, file: str = "", of: House = house) -> list[int]:
        return [
            row.id
            for row in possible_duplicates(
                agency_id=of.agency.id, symbol=symbol, issuer_name=issuer, sha256=file
            )
        ]

    assert found("Số: 1234 / BNV-VP", "BO NOI VU") == [first.id]
    assert found("1234/BNV-VP", "Bộ Tài chính") == []
    assert found("", "Bộ Nội vụ") == []
    assert found("khác", "khác", sha256) == [first.id]
    assert found("1234/BNV-VP", "Bộ Nội vụ", sha256, committee) == []


def test_a_double_click_takes_the_letter_in_once(house: House, at: datetime) -> None:
    take_in(house, at)
    with refused("documents.E318"):
        take_in(house, at + timedelta(seconds=2))
    assert take_in(house, at + timedelta(seconds=2), symbol="1235/BNV-VP")
    assert take_in(house, at + timedelta(days=1))  # the clerk was warned and wants it so


@pytest.mark.clause("QC.4.1", "S.33")
def test_a_scan_is_taken_in_only_when_the_clerk_has_looked_and_says_so(
    house: House, at: datetime
) -> None:
    with refused("documents.E319"):
        take_in(house, at, content=png(), name="quet.png")
    assert not Attachment.objects.exists()
    take_in(house, at, content=png(), name="quet.png", is_declared_open=True)
    told = json.loads(Entry.objects.get(kind="documents.incoming.taken_in").details)
    assert (told["declared_open"], told["marks"]) == (True, ["scan-to-look-at"])


@pytest.mark.clause("QC.4.1", "S.33")
def test_no_declaration_lets_a_red_stamp_in(house: House, at: datetime) -> None:
    with refused("kit.E039"):
        take_in(house, at, content=scan("TỐI MẬT"), name="quet.png", is_declared_open=True)
    assert not Attachment.objects.exists()
