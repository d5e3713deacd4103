"""What goes out: cancelled, sent again, proved on paper; and who carries it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest

from cast import House, make_agency, make_official
from channel_double import NAME, Double, accepted
from congvu.audit.models import Entry
from congvu.channels.accept import accept_message
from congvu.channels.cancel import cancel_message
from congvu.channels.give_consent import give_consent, withdraw_consent
from congvu.channels.hand_over import hand_over_due
from congvu.channels.keep_provider import ProviderForm, keep_provider
from congvu.channels.models import Attempt, Message, OwnAddress, Provider, ProviderEvent
from congvu.channels.queries.consents import consent_by_key, consent_text, withdrawal_address
from congvu.channels.queries.figures import address_rows, live_figures
from congvu.channels.register_address import end_address, register_address
from congvu.channels.send_again import send_again
from congvu.channels.states import AttemptState, MessageState
from congvu.channels.switch_provider import switch_provider
from congvu.channels.take_in import take_in
from congvu.channels.try_provider import try_provider
from congvu.channels.types import MAIL, SMS, Outcome, Result, SecretField
from congvu.channels.typeset_sheet import typeset_inbound, typeset_sent
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from letters import behind_the_wall
from paperwork import refused
from rooms.channels.test_inbound import letter
from rooms.channels.test_send import BOX, order, receipt

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


@pytest.mark.clause("QC.8.2.a")
def test_what_has_not_gone_can_be_cancelled_and_never_leaves(house: House, at: datetime) -> None:
    message = accept_message(order(house, send_from=at + timedelta(hours=1)), by=house.clerk, at=at)
    told = {"message_id": message.id, "at": at}
    with refused("channels.E001"):
        cancel_message(reason="Sai nội dung.", by=house.drafter, **told)
    with refused("channels.E312"):
        cancel_message(reason=" ", by=house.clerk, **told)
    cancelled = cancel_message(reason="Sai nội dung.", by=house.clerk, **told)
    assert cancelled.state == MessageState.CANCELLED
    assert Attempt.objects.get().state == AttemptState.CANCELLED
    Attempt.objects.update(next_at=at)
    assert hand_over_due(channel=SMS) == 0 and Double.sent == []
    with refused("channels.E310"):
        cancel_message(reason="Lần nữa.", by=house.clerk, **told)


@pytest.mark.clause("QC.9.2.a", "QC.8.2.a")
def test_what_has_gone_or_must_be_said_is_not_cancelled(house: House, at: datetime) -> None:
    sent = accept_message(order(house), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    with refused("channels.E310"):
        cancel_message(message_id=sent.id, reason="Muộn rồi.", by=house.clerk, at=at)
    inbound = take_in(letter(at), at=at)
    inbound.refresh_from_db()
    with refused("channels.E311"):
        cancel_message(
            message_id=inbound.acknowledgement_id, reason="Không cần.", by=house.clerk, at=at
        )


@pytest.mark.clause("QC.8.2.b")
def test_a_message_goes_again_over_another_channel_with_one_legal_result(
    house: House, at: datetime
) -> None:
    Double.script = staticmethod(lambda item: Outcome(Result.PERMANENT, said="Sai số."))
    message = accept_message(order(house), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    told = {"message_id": message.id, "by": house.clerk, "at": at}
    with refused("channels.E316"):
        send_again(channel="zalo", address="user-1", **told)
    with refused("channels.E004"):
        send_again(channel=MAIL, address="khong phai thu", **told)
    Double.reset()
    again = send_again(channel=MAIL, address="Dan@Example.com", **told)
    assert (again.state, again.addresses[MAIL]) == (MessageState.WAITING, "dan@example.com")
    with refused("channels.E313"):
        send_again(channel=MAIL, address=BOX, **told)
    hand_over_due(channel=MAIL)
    assert Double.sent[0].text["text"] == "Hồ sơ đã xong."
    assert Double.sent[0].text["from_address"] == "snv@phuyen.gov.vn"
    message.refresh_from_db()
    assert (message.state, message.attempts.count()) == (MessageState.SENT, 2)


@pytest.mark.clause("QC.8.2.a")
def test_a_person_decides_about_what_nobody_knows_the_end_of(house: House, at: datetime) -> None:
    Double.script = staticmethod(lambda item: Outcome(Result.UNKNOWN, said="Ngắt."))
    message = accept_message(order(house), by=house.clerk, at=at)
    told = {"message_id": message.id, "channel": SMS, "address": "0912345678", "at": at}
    with refused("channels.E313"):
        send_again(by=house.clerk, **told)  # it has not even been tried
    hand_over_due(channel=SMS)
    Double.script = staticmethod(accepted)
    send_again(by=house.clerk, **told)
    with refused("channels.E313"):
        send_again(by=house.clerk, **told)  # the new attempt is under way
    hand_over_due(channel=SMS)
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert [one.state for one in message.attempts.all()] == ["unknown", "accepted"]


@pytest.mark.clause("QC.7.2", "QC.8.2")
def test_the_sheet_says_what_is_proved_and_nothing_else(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from congvu.channels import sheet_rows

    seen: list[dict] = []
    real = sheet_rows.render
    monkeypatch.setattr(
        sheet_rows,
        "render",
        lambda form, values, at: seen.append(values) or real(form, values, at=at),
    )
    message = accept_message(order(house), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    message.refresh_from_db()
    assert words_of(typeset_sent(message, by=house.clerk, at=at)) >= 1
    moments = {row[0]: row for row in seen[0]["parts"][0]["rows"]}
    assert moments["Thời điểm gửi"][1:3] == ["09:00 thứ Hai 28/02/2022", "QC.8.2.a"]
    assert moments["Thời điểm nhận"][1] == "chưa xác nhận"
    receipt(message.attempts.get(), "delivered", "B", at)
    from congvu.channels.work_events import work_events

    work_events(at=at)
    message.refresh_from_db()
    typeset_sent(message, by=house.clerk, at=at)
    moments = {row[0]: row for row in seen[1]["parts"][0]["rows"]}
    assert moments["Thời điểm nhận"][1:3] == ["09:00 thứ Hai 28/02/2022", "QC.8.2.b"]
    evidence = next(part for part in seen[1]["parts"] if part["kind"] == "evidence")
    assert [row[2][:5] for row in evidence["rows"]] == ["Cấp C", "Cấp B"]
    assert len(evidence["rows"][0][3].replace(" ", "")) == 64


@pytest.mark.clause("QC.9.2")
def test_strange_letters_do_not_stop_the_sheet_of_what_came_in(house: House, at: datetime) -> None:
    inbound = take_in(
        letter(at, text="Chào \U0001f64f 你好\n\nXin hỏi", subject="\U0001f4e9"), at=at
    )
    assert words_of(typeset_inbound(inbound, by=house.clerk, at=at)) == 1


# --- providers and own addresses ------------------------------------------------------------------


@pytest.fixture
def admin(house: House, at: datetime) -> Actor:
    return make_official(house.agency, "Người quản trị", SYSTEM_ADMIN, unit=house.unit, at=at)


def form(**more: object) -> ProviderForm:
    told = {"channel": SMS, "adapter": NAME, "name": "Tổng đài A", "rank": 2, "per_second": 30.0}
    secrets = {"account": "phuyen", "password": "rat-bi-mat"}
    return ProviderForm(**{**told, "secrets": secrets, **more})


@pytest.mark.clause("QC.6.1", "S.22")
def test_secrets_are_written_and_never_told(
    admin: Actor, house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = (
        SecretField("account", "Tài khoản", is_required=True),
        SecretField("password", "Mật khẩu", is_hidden=True),
    )
    monkeypatch.setattr(Double, "FIELDS", fields, raising=False)
    with refused("channels.E320"):
        keep_provider(form(), by=house.clerk, at=at)
    with refused("channels.E325"):
        keep_provider(form(secrets={"password": "x"}), by=admin, at=at)
    kept = keep_provider(form(), by=admin, at=at)
    kept = keep_provider(
        form(secrets={"account": "phuyen", "password": ""}, rank=3),
        provider_id=kept.id,
        by=admin,
        at=at,
    )
    assert (kept.secrets["password"], kept.rank) == ("rat-bi-mat", 3)
    entry = Entry.objects.filter(kind="channels.provider_kept").order_by("id").first()
    assert json.loads(entry.details)["changed"] == ["account", "password"]
    assert "rat-bi-mat" not in entry.details


@pytest.mark.clause("QC.6.1")
def test_a_provider_is_used_only_after_it_took_a_test_message(
    admin: Actor, house: House, at: datetime
) -> None:
    kept = keep_provider(form(secrets={}, lines="account = phuyen\n"), by=admin, at=at)
    told = {"provider_id": kept.id, "by": admin, "at": at}
    with refused("channels.E327"):
        switch_provider(is_active=True, **told)
    with refused("channels.E328"):
        try_provider(address="khong phai so", sender="", **told)
    Double.script = staticmethod(lambda item: Outcome(Result.PERMANENT, said="Sai mật khẩu."))
    provider, _ = try_provider(address="0912 345 678", sender="SNV", **told)
    assert (provider.tested_at, provider.said) == (None, "Sai mật khẩu.")
    Double.reset()
    try_provider(address="0912 345 678", sender="SNV", **told)
    assert Double.sent[0].address == "84912345678"
    assert switch_provider(is_active=True, **told).is_active
    changed = keep_provider(
        form(secrets={}, lines="account = khac"), provider_id=kept.id, by=admin, at=at
    )
    assert (changed.is_active, changed.tested_at) == (False, None)
    assert Message.objects.count() == 0
    with refused("channels.E326"):
        keep_provider(form(name="Khác", secrets={}, lines="không có dấu bằng"), by=admin, at=at)


@pytest.mark.clause("QC.6.1.đ")
def test_an_address_belongs_to_one_agency_whatever_the_wall_shows(
    admin: Actor, house: House, at: datetime
) -> None:
    other = make_agency("Sở Tư pháp", symbol="STP")
    told = {"channel": MAIL, "can_answer": True, "provider_id": None, "by": admin, "at": at}
    with behind_the_wall(admin):
        with refused("channels.E329"):
            register_address(agency_id=other.id, address="SNV@phuyen.gov.vn", **told)
        made = register_address(agency_id=other.id, address="STP@phuyen.gov.vn", **told)
        assert [one.agency_name for one in address_rows("stp@")] == ["Sở Tư pháp"]
    assert OwnAddress.objects.get(id=made).agency_id == other.id
    with behind_the_wall(admin):
        end_address(address_id=made, by=admin, at=at)
        with refused("channels.E331"):
            end_address(address_id=made, by=admin, at=at)
    with refused("channels.E320"):
        end_address(address_id=made, by=house.clerk, at=at)


def test_the_figures_count_every_agency_in_one_statement(
    admin: Actor, house: House, at: datetime, django_assert_num_queries: object
) -> None:
    for number in range(3):
        accept_message(order(house, f"k{number}"), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    accept_message(order(house, "later", send_from=at + timedelta(hours=2)), by=None, at=at)
    accept_message(order(house, "now", lane=2), by=None, at=at)
    provider = Provider.objects.get(channel=SMS)
    ProviderEvent.objects.create(
        provider=provider, external_id="e", raw=b"x", noted_at=at, state="orphan"
    )
    Attempt.objects.filter(message__key="k0").update(state="unknown")
    with behind_the_wall(admin), django_assert_num_queries(2):  # the figures, and the providers
        figures = {one.channel: one for one in live_figures(at)}
    (carrier,) = figures[SMS].providers
    assert (carrier.hour, carrier.minute, carrier.unknown, carrier.orphans) == (2, 2, 1, 1)
    assert [(one.lane, one.number, one.later) for one in figures[SMS].queues] == [
        ("ngay", 1, 0),
        ("thường", 0, 1),
        ("hàng loạt", 0, 0),
    ]
    assert not figures[SMS].is_stopped
    Provider.objects.filter(channel=SMS).update(is_active=False)
    assert {one.channel: one.is_stopped for one in live_figures(at)}[SMS]


# --- consent --------------------------------------------------------------------------------------


@pytest.mark.clause("QC.6.2.b")
def test_whoever_agreed_finds_the_way_out_in_every_message(house: House, at: datetime) -> None:
    told = consent_text(
        purpose="notice", channel=MAIL, address=BOX, agency_name="Sở Nội vụ", day=at.date()
    )
    assert told.version == "2022-02" and BOX in told.text
    later = consent_text(
        purpose="notice",
        channel=MAIL,
        address=BOX,
        agency_name="X",
        day=date(2026, 5, 1),
    )
    assert later.version == "2026-01" and "91/2025" in later.basis
    consent = give_consent(
        agency_id=house.agency.id, channel=MAIL, address=BOX, purpose="notice", text=told.text,
        text_version=told.version, origin="tờ khai", name="Nguyễn Văn A", by=house.clerk, at=at,
    )  # fmt: skip
    notice = {"purpose": "notice", "basis": "consent", "roads": (MAIL,)}
    accept_message(order(house, **notice), by=house.clerk, at=at)
    accept_message(order(house, "duty", roads=(MAIL,)), by=house.clerk, at=at)
    hand_over_due(channel=MAIL)
    agreed, by_duty = Double.sent
    assert agreed.text["withdrawal_url"] == withdrawal_address(consent.withdrawal_key)
    assert "withdrawal_url" not in by_duty.text
    held = consent_by_key(consent.withdrawal_key)
    assert (held.agency_name, held.purpose_words[:9]) == ("Sở Nội vụ", "thông báo")
    withdraw_consent(withdrawal_key=consent.withdrawal_key, origin="liên kết", at=at)
    assert consent_by_key(consent.withdrawal_key).withdrawn_at == at
    assert consent_by_key("khong-co") is None
    with refused("channels.E003"):
        accept_message(order(house, "k2", **notice), by=house.clerk, at=at)
