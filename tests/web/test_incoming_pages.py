"""Incoming documents on the desk: the few clicks of a clerk, bad input, and how much is asked."""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cast import House, approve_systems, enter_working_time, make_committee, make_department
from congvu.accounts.models import KeptInput
from congvu.documents.models import Arrival, Attachment, Document, HandBack, Registration
from congvu.documents.outgoing.recall import recall_document
from congvu.kit import clock
from congvu.tasks.models import Direction, Presentation, Task
from hostile import office, png
from letters import (
    REASON,
    SUBJECT,
    arrived,
    locked_pdf,
    registered,
    ring,
    small_pdf,
    task_on,
)
from staff import client_for

pytestmark = pytest.mark.django_db
TYPED = {
    "symbol": "1234/BNV-VP",
    "issued_on": "09/02/2022",
    "issuer_name": "Bộ Nội vụ",
    "type_code": "cong-van",
    "urgency": "0",
    "subject": "Hướng dẫn công tác văn thư năm 2022",
    "sender_name": "",
    "signer_name": "",
    "due_on": "",
    "to": "",
}


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    made = make_department(at)
    ring(at)
    return made


@pytest.fixture
def committee(house: House, at: datetime) -> House:
    return make_committee(at)


@pytest.fixture
def clerk(house: House, at: datetime) -> Client:
    return client_for(house.clerk.posting_id or 0, at)


@pytest.fixture
def leader(house: House, at: datetime) -> Client:
    return client_for(house.leader.posting_id or 0, at)


def pdf(content: bytes | None = None, name: str = "cv.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, small_pdf() if content is None else content, "application/pdf")


def take_in(client: Client, file: Any = None, **changed: str) -> HttpResponse:
    fields: dict[str, Any] = {
        **TYPED,
        **changed,
        "file": pdf() if file is None else file,
        "declared": "1",
    }
    return client.post(reverse("intake"), fields)


def words_of(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


# --- the clerk's and the leader's few steps -------------------------------------------------------


@pytest.mark.clause("ND30.22", "ND30.23.1")
def test_a_known_letter_is_registered_and_presented_in_one_order(
    house: House, committee: House, clerk: Client, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    page = words_of(clerk.get(reverse("arrival", args=[arrival.id])))
    assert "Tiếp nhận và trình" in page
    assert "Vì sao" in page
    answer = clerk.post(
        reverse("register_arrival", args=[arrival.id]), {"to": house.leader.posting_id}
    )
    assert answer.status_code == 302
    assert "Đã đăng ký số đến 1." in words_of(clerk.get(answer["Location"]))
    assert Presentation.objects.get().to_id == house.leader.posting_id


def test_a_leader_directs_and_assigns_in_one_order(
    house: House, committee: House, leader: Client, at: datetime
) -> None:
    arrival = registered(committee, house, at)
    url = reverse("direct_arrival", args=[arrival.id])
    fields = {
        "text": "Phòng Tổng hợp xử lý.",
        f"part-{house.drafter.posting_id}": "lead",
        f"part-{house.colleague.posting_id}": "support",
        "part-²": "info",
        "due_on": "18/02/2022",
    }
    answer = leader.post(url, fields)
    assert answer.status_code == 302
    page = words_of(leader.get(answer["Location"]))
    assert "Phòng Tổng hợp xử lý." in page
    assert "Nguyễn Văn An" in page
    again = leader.post(url, fields)  # a second click
    assert again.status_code == 422
    assert (Direction.objects.count(), Task.objects.count()) == (1, 1)


def test_a_returned_and_a_recalled_letter_still_have_their_page(
    house: House, committee: House, clerk: Client, at: datetime
) -> None:
    returned = arrived(committee, house, at)
    answer = clerk.post(reverse("hand_back_arrival", args=[returned.id]), {"reason": REASON})
    page = clerk.get(answer["Location"])
    assert page.status_code == 200
    assert "Đã trả lại văn bản cho bên gửi" in words_of(page)
    recalled = arrived(committee, house, at, subject="Cử người dự tập huấn")
    recall_document(document_id=recalled.document_id, reason=REASON, by=committee.clerk, at=at)
    ring(at)
    assert "Trả lời yêu cầu thu hồi" in words_of(clerk.get(reverse("arrival", args=[recalled.id])))
    assert clerk.post(reverse("agree_to_recall", args=[recalled.id])).status_code == 302
    page = clerk.get(reverse("arrival", args=[recalled.id]))
    assert page.status_code == 200
    assert "Văn bản đã bị thu hồi" in words_of(page)
    assert "Cử người dự tập huấn" not in words_of(page)


def test_the_list_is_paged_by_key_and_filtered(
    house: House, committee: House, clerk: Client, at: datetime
) -> None:
    for number in range(33):
        arrived(committee, house, at + timedelta(minutes=number), subject=f"Văn bản thứ {number}")
    first = words_of(clerk.get(reverse("incoming")))
    assert "Văn bản thứ 32" in first
    assert "Văn bản thứ 2<" not in first
    (key,) = set(re.findall(r"sau=([\w%-]+)", first))
    second = words_of(clerk.get(reverse("incoming"), {"sau": unquote(key)}))
    assert "Văn bản thứ 2" in second
    assert "Văn bản thứ 32" not in second
    one = Arrival.objects.order_by("id").first()
    found = words_of(clerk.get(reverse("incoming"), {"so": one.document.symbol}))
    assert "Văn bản thứ 0" in found
    assert "Văn bản thứ 7" not in found
    empty = clerk.get(reverse("incoming"), {"tab": "hoan-thanh"})
    assert empty.status_code == 200
    assert "Văn bản thứ" not in words_of(empty)


def test_who_only_reads_gets_no_orders(house: House, committee: House, at: datetime) -> None:
    arrival = registered(committee, house, at)
    task_on(arrival, house, at)
    drafter = client_for(house.drafter.posting_id or 0, at)
    page = words_of(drafter.get(reverse("arrival", args=[arrival.id])))
    assert SUBJECT in page
    assert 'data-dialog="tiep-nhan"' not in page
    assert 'data-dialog="tra-lai"' not in page
    assert 'data-dialog="phan-cong"' not in page
    assert drafter.post(reverse("register_arrival", args=[arrival.id])).status_code == 403
    other = client_for(house.head.posting_id or 0, at)
    assert other.get(reverse("arrival", args=[arrival.id])).status_code == 404


# --- bad input ------------------------------------------------------------------------------------


def test_intake_takes_in_registers_and_presents(house: House, clerk: Client, at: datetime) -> None:
    answer = take_in(clerk, to=str(house.leader.posting_id))
    assert answer.status_code == 302
    assert (Registration.objects.get().number, Presentation.objects.count()) == (1, 1)
    arrival = Arrival.objects.get()
    file = Attachment.objects.get()
    got = clerk.get(reverse("document_pdf", args=[arrival.document_id]))
    assert b"".join(got.streaming_content) == small_pdf()
    assert got["Content-Type"] == file.mime == "application/pdf"
    warned = clerk.get(reverse("duplicates"), {"symbol": "1234/bnv-vp", "issuer_name": "bộ nội vụ"})
    assert TYPED["subject"] in words_of(warned)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"MZ khong phai PDF", "kit.E033"),
        (small_pdf()[:200], "kit.E034"),
        (locked_pdf(), "kit.E034"),
        (b"", "kit.E031"),
    ],
)
def test_a_bad_file_is_refused_and_the_typed_text_stays(
    clerk: Client, at: datetime, file: bytes, code: str
) -> None:
    answer = take_in(clerk, pdf(file))
    page = words_of(answer)
    assert answer.status_code == 422
    assert code in page
    assert TYPED["subject"] in page
    assert TYPED["symbol"] in page
    assert Document.objects.count() == 0


def test_no_file_and_a_file_over_the_limit(clerk: Client, at: datetime, settings: Any) -> None:
    missing = clerk.post(reverse("intake"), TYPED)
    assert missing.status_code == 422
    assert "documents.E315" in words_of(missing)
    settings.MAX_UPLOAD_BYTES = 100
    heavy = take_in(clerk)
    assert heavy.status_code == 422
    assert "kit.E032" in words_of(heavy)
    assert TYPED["subject"] in words_of(heavy)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subject": "x" * 5000}, "documents.E310"),
        ({"subject": "\x07\u200b"}, "documents.E310"),
        ({"subject": "C«ng v¨n vÒ viÖc triÓn khai c«ng t¸c v¨n th­"}, "kit.E021"),
        ({"issued_on": "15/02/2022"}, "documents.E313"),
        ({"issued_on": "31/02/2022"}, "web.E010"),
        ({"issued_on": "hôm qua"}, "web.E010"),
        ({"type_code": "khong-co"}, "documents.E312"),
        ({"urgency": "7"}, "documents.E314"),
        ({"symbol": "1/" + "x" * 100}, "documents.E316"),
        ({"to": "999999"}, "tasks.E011"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_is_half_done(
    clerk: Client, at: datetime, changed: dict[str, str], code: str
) -> None:
    answer = take_in(clerk, **changed)
    assert answer.status_code == 422
    assert code in words_of(answer)
    assert (Document.objects.count(), Registration.objects.count()) == (0, 0)


def test_a_hostile_name_is_shown_as_text_and_nfd_is_composed(clerk: Client, at: datetime) -> None:
    subject = unicodedata.normalize("NFD", "Kế hoạch <script>alert(1)</script> tôm")
    answer = take_in(clerk, pdf(name='"><img src=x onerror=1>.pdf'), subject=subject)
    assert answer.status_code == 302
    page = words_of(clerk.get(answer["Location"]))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert Document.objects.get().subject == unicodedata.normalize("NFC", subject)
    file = Attachment.objects.get()
    got = clerk.get(reverse("attachment_file", args=[file.document_id, file.id]))
    assert "\n" not in got["Content-Disposition"]
    assert got["X-Content-Type-Options"] == "nosniff"


def test_a_scan_is_sent_as_what_it_is(clerk: Client, at: datetime) -> None:
    scan = SimpleUploadedFile("q.png", png(), "image/png")
    assert take_in(clerk, scan).status_code == 302
    document = Document.objects.get()
    assert clerk.get(reverse("document_pdf", args=[document.id]))["Content-Type"] == "image/png"
    assert clerk.get(reverse("document_page", args=[document.id, 1])).status_code == 404
    arrival = Arrival.objects.get()
    assert clerk.get(reverse("arrival", args=[arrival.id])).status_code == 200


def test_a_double_click_registers_and_takes_in_once(
    house: House, committee: House, clerk: Client, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    url = reverse("register_arrival", args=[arrival.id])
    assert [clerk.post(url).status_code for _ in range(2)] == [302, 422]
    assert [take_in(clerk).status_code for _ in range(2)] == [302, 422]
    assert Registration.objects.count() == 2


def test_two_tabs_one_hands_back_what_the_other_registered(
    house: House, committee: House, clerk: Client, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    clerk.post(reverse("register_arrival", args=[arrival.id]))
    answer = clerk.post(reverse("hand_back_arrival", args=[arrival.id]), {"reason": REASON})
    page = words_of(answer)
    assert answer.status_code == 422
    assert "documents.E003" in page
    assert REASON in page  # what was typed is not lost
    assert HandBack.objects.count() == 0


@pytest.mark.clause("S.06")
def test_a_session_that_ended_keeps_what_was_typed(
    house: House, committee: House, clerk: Client, at: datetime
) -> None:
    arrival = arrived(committee, house, at)
    with clock.frozen(at + timedelta(hours=9)):
        answer = clerk.post(reverse("hand_back_arrival", args=[arrival.id]), {"reason": REASON})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign_in"))
    kept = KeptInput.objects.get()
    assert kept.session.account.person_id == house.clerk.person_id
    assert reverse("kept_input", args=[kept.id]) in unquote(answer["Location"])
    assert HandBack.objects.count() == 0


def test_the_past_year_and_a_clock_that_jumps(house: House, committee: House, at: datetime) -> None:
    late = clock.at_vietnam(2022, 12, 31, 16)
    with clock.frozen(late):
        arrived(committee, house, late)
        assert take_in(client_for(house.clerk.posting_id or 0, late)).status_code == 302
    early = clock.at_vietnam(2022, 12, 30, 8)  # the server's clock was set back
    with clock.frozen(early):
        client = client_for(house.clerk.posting_id or 0, early)
        waiting = Arrival.objects.get(state="arrived")
        answer = client.post(reverse("register_arrival", args=[waiting.id]))
        assert answer.status_code == 302
    assert sorted(Registration.objects.values_list("number", flat=True)) == [1, 2]


# --- how much is asked of the database ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"),
    [("my_work", 10), ("incoming", 10), ("arrival", 36), ("search", 14), ("tasks", 11)],
)
def test_a_page_asks_no_more_when_there_is_more_to_show(
    house: House,
    committee: House,
    leader: Client,
    at: datetime,
    django_assert_max_num_queries: Any,
    name: str,
    most: int,
) -> None:
    for number in range(12):
        arrival = registered(committee, house, at, subject=f"{SUBJECT} {number}")
        task_on(arrival, house, at)
    url = reverse(name, args=[arrival.id] if name == "arrival" else [])
    with django_assert_max_num_queries(most):
        answer = leader.get(url, {"q": "ra soat", "cua": "all"})
    assert answer.status_code == 200


# --- the gate, as the clerk meets it ---------------------------------------------------------------


@pytest.mark.clause("QC.4.1", "S.33")
def test_of_a_marked_file_not_one_byte_reaches_anything_that_lasts(
    clerk: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary stands in the file's bytes; what was typed beside it stays on the form."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("CONGVU_FILES", "CONGVU_VAULT", "VAR"):
        setattr(settings, name, tmp_path)
    canary = "chim-hoang-yen-7431"
    text = f"<w:p><w:r><w:t>TUYỆT MẬT</w:t></w:r></w:p><w:p><w:r><w:t>{canary}</w:t></w:r></w:p>"
    content = office(body=text, customXml__a_DOT_xml=canary.encode() * 400_000)
    answer = take_in(clerk, SimpleUploadedFile("ke-hoach.docx", content), subject="Kế hoạch năm")
    said = words_of(answer)
    assert answer.status_code == 422
    assert "kit.E039" in said and "Không có gì của tệp được lưu lại" in said
    assert "Kế hoạch năm" in said

    digest = hashlib.sha256(content).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = "\n".join(row[0] for row in cursor.fetchall())
            assert canary not in rows and digest not in rows, table
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.clause("S.31")
def test_past_the_limit_nothing_more_is_kept_in_memory(clerk: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1 << 20
    answer = take_in(clerk, SimpleUploadedFile("to.pdf", b"%PDF-" + b"0" * (5 << 20)))
    assert answer.status_code == 422
    assert "kit.E032" in words_of(answer)


def test_the_form_asks_for_the_declaration(clerk: Client) -> None:
    page = words_of(clerk.get(reverse("intake")))
    assert 'name="declared" value="1" required' in page
