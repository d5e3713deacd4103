"""SMPP against an SMSC: parts, ids, receipts in any order, throttling, a line that breaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from cast import House
from congvu.channels import ports
from congvu.channels.accept import accept_message
from congvu.channels.adapters.smpp_keeping import join_incomplete
from congvu.channels.adapters.sms_edge import serve
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import (
    Attempt,
    Evidence,
    InboundMessage,
    Message,
    MessagePart,
    Provider,
    ProviderEvent,
)
from congvu.channels.providers import facts_of
from congvu.channels.reconcile import LEFT_ALONE, reconcile_doubt
from congvu.channels.types import SMS, Order, Outgoing
from congvu.channels.work_events import work_events
from congvu.kit import clock
from congvu.rules.moments import Audience
from congvu.rules.sms_text import Alphabet, decode
from post_office import free_port
from smsc_double import INVALID_DEST, SYSTEM_ERROR, THROTTLED, RawSmsc, Smsc, tls_before
from vgca_double import local_certificate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("QC.6.1.e")]
PHONE = "84912345678"
LONG = "Hồ sơ H45.12-220228-0001 của Ông/Bà đã có kết quả. " * 3


@pytest.fixture
def at() -> datetime:
    """Real lines take real time."""
    return clock.now()


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    server = Smsc(free_port())
    yield server
    server.close()


@pytest.fixture
def provider(house: House, smsc: Smsc) -> Provider:
    return over_smpp(smsc.port)


def over_smpp(port: int, **more: object) -> Provider:
    provider = Provider.objects.get(channel=SMS)
    provider.adapter = "smpp"
    provider.secrets = {
        "host": "127.0.0.1",
        "port": port,
        "system_id": "phuyen",
        "password": "bi-mat",
        "window": 5,
        **more,
    }
    provider.save()
    ports._adapter.cache_clear()
    return provider


@pytest.fixture
def edge(provider: Provider, settings: Any, tmp_path: Path, smsc: Smsc) -> Iterator[None]:
    yield from running_edge(settings, tmp_path)


def running_edge(settings: Any, folder: Path) -> Iterator[None]:
    """The edge in a thread, as its process runs it."""
    settings.SMS_EDGE = folder / "e.sock"
    stopping = threading.Event()

    def run() -> None:
        try:
            serve(settings.SMS_EDGE, stopping)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    until(settings.SMS_EDGE.exists)
    yield
    stopping.set()
    thread.join(15)


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def ordered(house: House, key: str = "k1", text: str = "Ho so da xong.", **more: object) -> Message:
    return accept_message(
        Order(
            **{
                "agency_id": house.agency.id,
                "key": key,
                "purpose": Message.Purpose.REPLY,
                "audience": Audience.PERSON,
                "roads": (SMS,),
                "addresses": {SMS: PHONE},
                "texts": {SMS: {"text": text}},
                "basis": "duty QC.9.2.b",
                **more,
            }
        ),
        by=house.clerk,
        at=clock.now(),
    )


def handed_over(message: Message, *states: str, seconds: float = 15) -> Attempt:
    """Hand over until the attempt is in one of the states; what is to be read is read meanwhile."""
    attempt = message.attempts.get()

    def there() -> bool:
        hand_over_due(channel=SMS, seconds=0.2)
        work_events(at=clock.now())
        attempt.refresh_from_db()
        return attempt.state in states

    until(there, seconds)
    return attempt


@pytest.mark.clause("QC.8.2.a", "QC.8.2.b")
def test_sent_with_the_answer_received_with_the_receipt(
    house: House, smsc: Smsc, edge: None
) -> None:
    message = ordered(house)
    attempt = handed_over(message, "delivered")
    message.refresh_from_db()
    assert message.sent_at is not None and message.received_at is not None
    assert message.received_at >= message.sent_at  # a receipt's clock knows minutes only
    assert [one.grade for one in Evidence.objects.order_by("id")] == ["C", "B"]
    assert attempt.code == "DELIVRD 000" and b"stat:DELIVRD".hex().encode() in bytes(
        Evidence.objects.last().raw
    )
    (taken,) = smsc.took
    assert (taken.source_addr, taken.source_addr_ton) == ("842573999999", 1)
    assert (taken.destination_addr, taken.registered_delivery) == (PHONE, 1)
    assert smsc.answers == [0]


def test_a_long_vietnamese_text_goes_in_parts_and_arrives_with_the_last(
    house: House, smsc: Smsc, edge: None
) -> None:
    smsc.receipts = "held"
    message = ordered(house, text=LONG)
    attempt = handed_over(message, "accepted")
    assert attempt.parts == len(smsc.took) == 3
    words = ""
    for number, part in enumerate(smsc.took, start=1):
        head, body = part.short_message[:6], part.short_message[6:]
        assert (head[:3], head[4:]) == (b"\x05\x00\x03", bytes([3, number]))
        assert (part.esm_class, part.data_coding) == (0x40, 8) and len(part.short_message) <= 140
        words += decode(body, Alphabet.UCS2)
    assert words == LONG.strip()
    held, smsc.held = smsc.held, []
    for event, receipted in reversed(held[1:]):  # out of order, the first part's is missing yet
        smsc.run(smsc.deliver(event, receipted))
    until(lambda: ProviderEvent.objects.filter(external_id__startswith="dlr-").count() == 2)
    work_events(at=clock.now())
    attempt.refresh_from_db()
    assert attempt.state == "accepted"
    smsc.run(smsc.deliver(*held[0]))
    handed_over(message, "delivered")


def test_a_part_that_is_lost_loses_the_text(house: House, smsc: Smsc, edge: None) -> None:
    smsc.receipts = "held"
    message = ordered(house, text=LONG)
    handed_over(message, "accepted")
    smsc.receipt_state = "UNDELIV"
    smsc.run(smsc.deliver(*smsc.held[1]))
    attempt = handed_over(message, "failed_permanent")
    assert attempt.said.startswith("Phần 2/3: Không chuyển được")


@pytest.mark.parametrize("copies", [1, 3])
def test_a_receipt_before_the_answer_and_more_than_once(
    house: House, smsc: Smsc, edge: None, copies: int
) -> None:
    smsc.receipts, smsc.copies = "before", copies
    message = ordered(house)
    handed_over(message, "delivered")
    assert Evidence.objects.filter(kind="delivered").count() == 1


def test_ids_in_hexadecimal_here_and_decimal_there(
    house: House, smsc: Smsc, settings: Any, tmp_path: Path
) -> None:
    over_smpp(smsc.port, submit_ids="hex", receipt_ids="dec")
    smsc.id_of = lambda number: (f"{number:08X}", str(number))
    for _ in running_edge(settings, tmp_path):
        handed_over(ordered(house), "delivered")
    part = MessagePart.objects.get()
    assert (part.given_id, part.external_id) == ("000000FF", "255")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("DELIVRD", "delivered"),
        ("EXPIRED", "failed_permanent"),
        ("DELETED", "failed_permanent"),
        ("REJECTD", "failed_permanent"),
        ("ACCEPTD", "accepted"),
        ("ENROUTE", "accepted"),
        ("UNKNOWN", "accepted"),
    ],
)
def test_what_each_word_of_a_receipt_means(
    house: House, smsc: Smsc, edge: None, said: str, state: str
) -> None:
    smsc.receipt_state = said
    message = ordered(house)
    attempt = handed_over(message, state)
    until(lambda: work_events(at=clock.now()) or Evidence.objects.count() >= 2)
    attempt.refresh_from_db()
    assert attempt.state == state and attempt.code.startswith(said)


def test_throttled_waits_and_a_system_error_comes_again(
    house: House, smsc: Smsc, edge: None
) -> None:
    smsc.refuse = [THROTTLED]
    message = ordered(house)
    attempt = handed_over(message, "failed_temporary")
    assert attempt.code == "0x58" and smsc.took == []
    assert timedelta(0) < attempt.next_at - clock.now() < timedelta(seconds=3)
    handed_over(message, "delivered")
    smsc.refuse = [SYSTEM_ERROR]
    assert handed_over(ordered(house, "k2"), "failed_temporary").code == "0x08"


def test_throttled_between_two_parts_waits_inside_the_line(
    house: House, smsc: Smsc, edge: None
) -> None:
    message = ordered(house, text=LONG)
    original = smsc._submitted

    async def second_is_throttled(event: Any) -> None:
        if len(smsc.took) == 1 and not smsc.answers:
            smsc.answers.append(-1)
            event.reject(THROTTLED)
        else:
            await original(event)

    smsc._submitted = second_is_throttled  # type: ignore[method-assign]
    handed_over(message, "delivered")
    assert [part.short_message[5] for part in smsc.took] == [1, 2, 3]


def test_a_number_that_the_smsc_does_not_know_is_refused_for_good(
    house: House, smsc: Smsc, edge: None
) -> None:
    smsc.refuse = [INVALID_DEST]
    assert handed_over(ordered(house), "failed_permanent").code == "0x0B"


def test_an_smsc_that_is_down_is_bound_again_and_nothing_is_doubled(
    house: House, smsc: Smsc, edge: None
) -> None:
    handed_over(ordered(house), "delivered")
    smsc.stop()
    message = ordered(house, "k2")
    attempt = handed_over(message, "failed_temporary")
    assert "SMSC" in attempt.said
    smsc.start()
    Provider.objects.update(open_until=None)
    Attempt.objects.filter(id=attempt.id).update(next_at=clock.now())
    handed_over(message, "delivered")
    assert smsc.binds >= 2 and len(smsc.took) == 2


def test_without_the_edge_nothing_is_lost(
    house: House, provider: Provider, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_EDGE = tmp_path / "nobody.sock"
    message = ordered(house)
    hand_over_due(channel=SMS, seconds=0.2)
    attempt = message.attempts.get()
    assert attempt.state == "failed_temporary" and "CONGVU_SMPP" in attempt.said


def test_a_provider_that_is_not_in_use_yet_can_be_tried(
    house: House, smsc: Smsc, settings: Any, tmp_path: Path
) -> None:
    provider = over_smpp(smsc.port)
    provider.is_active = False
    provider.save()
    text = {"text": "Tin thử", "from_address": "SNVPHUYEN"}
    item = Outgoing(0, "cv0-0-thu", PHONE, "", text, "letter", house.agency.id)
    for _ in running_edge(settings, tmp_path):
        (outcome,) = ports.way_out(facts_of(provider)).send(facts_of(provider), [item])
    assert outcome.result == "accepted" and smsc.took[0].source_addr_ton == 5


def test_over_tls_only_with_a_certificate_that_is_trusted_and_names_the_host(
    house: House, smsc: Smsc, settings: Any, tmp_path: Path
) -> None:
    certificate, key = local_certificate(tmp_path)
    with tls_before(smsc.port, certificate, key) as port:
        over_smpp(port, tls="tls")  # not trusted: nothing is bound, nothing is lost
        edge = running_edge(settings, tmp_path)
        next(edge)
        attempt = handed_over(ordered(house), "failed_temporary")
        assert "SMSC" in attempt.said and smsc.binds == 0
        next(edge, None)
        over_smpp(port, tls="tls", ca=certificate.read_text())
        Provider.objects.update(open_until=None)
        for _ in running_edge(settings, tmp_path):
            message = ordered(house, "k2", LONG)
            attempt = handed_over(message, "delivered")
            assert attempt.parts == len(smsc.took) == 3
            until(lambda: smsc.write("0912345678", "842573999999", b"Hoi thu tuc") == 0)
            until(lambda: work_events(at=clock.now()) or InboundMessage.objects.exists())


# --- in doubt ------------------------------------------------------------------------------------


@pytest.fixture
def raw(house: House, settings: Any, tmp_path: Path) -> Iterator[RawSmsc]:
    server = RawSmsc(port := free_port())
    over_smpp(port, submit_ids="hex")
    edge = running_edge(settings, tmp_path)
    next(edge)
    yield server
    next(edge, None)
    server.close()


def test_a_line_that_breaks_after_the_text_went_leaves_a_doubt_and_is_not_sent_again(
    house: House, raw: RawSmsc
) -> None:
    raw.hang_up_after_taking = True
    message = ordered(house)
    attempt = handed_over(message, "unknown")
    raw.hang_up_after_taking = False
    for minutes in (2, 10):
        reconcile_doubt(at=attempt.claimed_at + timedelta(minutes=minutes))
        hand_over_due(channel=SMS, seconds=0.2)
    attempt.refresh_from_db()
    assert attempt.state == "unknown" and len(raw.took) == 1


def test_a_receipt_that_nobody_knows_settles_the_one_doubt_it_can_belong_to(
    house: House, smsc: Smsc, edge: None
) -> None:
    until(lambda: smsc.esmes)
    smsc.hang_up = True
    message = ordered(house)
    handed_over(message, "unknown")
    smsc.hang_up = False
    until(lambda: smsc.esmes)
    smsc.release()
    handed_over(message, "delivered")
    assert len(smsc.took) == 1
    message.refresh_from_db()
    assert message.received_at >= message.sent_at


def test_a_worker_that_died_after_the_answer_finds_out_by_asking(
    house: House, raw: RawSmsc
) -> None:
    """The edge kept the SMSC's id; query_sm tells the rest."""
    message = ordered(house)
    handed_over(message, "accepted")
    # The worker was killed before it recorded anything: only its claim is there.
    Evidence.objects.all().delete()
    Message.objects.update(state="waiting", sent_at=None)
    Attempt.objects.update(state="sending", external_id="", accepted_at=None)
    later = clock.now() + LEFT_ALONE + timedelta(seconds=5)
    assert reconcile_doubt(at=later) == 1
    assert raw.asked == ["1"]
    until(lambda: work_events(at=clock.now()) or message.attempts.get().state == "delivered")
    attempt = message.attempts.get()
    assert (attempt.code, len(raw.took)) == ("DELIVRD query_sm", 1)
    message.refresh_from_db()
    assert message.sent_at is not None and message.received_at is not None


# --- what comes in -------------------------------------------------------------------------------


@pytest.mark.clause("QC.9.2.a")
def test_a_text_from_a_phone_comes_in_and_is_acknowledged(
    house: House, smsc: Smsc, edge: None
) -> None:
    smsc.receipts = "none"
    until(lambda: smsc.esmes)
    words = "Cho tôi hỏi thủ tục cấp sổ"
    assert smsc.write("0912345678", "842573999999", words.encode("utf-16-be"), coding=8) == 0
    until(lambda: work_events(at=clock.now()) or InboundMessage.objects.exists())
    inbound = InboundMessage.objects.get()
    assert (inbound.text, inbound.from_address) == (words, PHONE)
    handed_over(inbound.acknowledgement, "accepted")
    told = smsc.took[0]
    assert (told.destination_addr, told.source_addr) == (PHONE, "842573999999")


def test_two_equal_texts_are_two_and_one_handed_over_again_is_one(
    house: House, smsc: Smsc, edge: None
) -> None:
    until(lambda: smsc.esmes)
    for _ in range(2):
        smsc.write("0912345678", "842573999999", b"Xin chao")
    assert ProviderEvent.objects.count() == 2
    smsc.stop()
    smsc.start()  # another line: the SMSC does not know that it was answered
    until(lambda: smsc.esmes, 15)
    smsc.write("0912345678", "842573999999", b"Xin chao")
    assert ProviderEvent.objects.count() == 2


def test_a_long_text_from_a_phone_is_put_together(house: House, smsc: Smsc, edge: None) -> None:
    until(lambda: smsc.esmes)
    for number, words in ((2, "và ba"), (1, "Một, hai ")):
        octets = bytes([5, 0, 3, 7, 2, number]) + words.encode("utf-16-be")
        smsc.write("0912345678", "842573999999", octets, coding=8, esm=0x40)
    until(lambda: work_events(at=clock.now()) or InboundMessage.objects.exists())
    assert InboundMessage.objects.get().text == "Một, hai và ba"
    # A phone uses its references again: the next long text has nothing of the last one.
    for number, words in ((1, "Bốn, "), (2, "năm")):
        octets = bytes([5, 0, 3, 7, 2, number]) + words.encode("utf-16-be")
        smsc.write("0912345678", "842573999999", octets, coding=8, esm=0x40)
    until(lambda: work_events(at=clock.now()) or InboundMessage.objects.count() == 2)
    assert InboundMessage.objects.order_by("-id")[0].text == "Bốn, năm"


def test_a_long_text_that_never_comes_whole_is_taken_in_and_says_so(
    house: House, smsc: Smsc, edge: None
) -> None:
    until(lambda: smsc.esmes)
    octets = bytes([5, 0, 3, 7, 2, 1]) + "Một, hai ".encode("utf-16-be")
    smsc.write("0912345678", "842573999999", octets, coding=8, esm=0x40)
    provider = Provider.objects.get(channel=SMS)
    assert join_incomplete(provider_id=provider.id, at=clock.now()) == 0
    later = clock.now() + timedelta(minutes=6)
    assert join_incomplete(provider_id=provider.id, at=later) == 1
    assert join_incomplete(provider_id=provider.id, at=later) == 0
    work_events(at=later)
    assert InboundMessage.objects.get().text == "Một, hai \n[Tin dài chưa nhận đủ: thiếu phần 2]"


def test_what_could_not_be_kept_is_not_answered_as_taken(
    house: House, smsc: Smsc, edge: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("database gone")

    until(lambda: smsc.esmes)
    with monkeypatch.context() as patched:
        patched.setattr("congvu.channels.adapters.sms_edge.note_delivered_sms", broken)
        assert smsc.write("0912345678", "842573999999", b"Xin chao") == 0x64
    assert smsc.write("0912345678", "842573999999", b"Xin chao") == 0
    assert ProviderEvent.objects.count() == 1
