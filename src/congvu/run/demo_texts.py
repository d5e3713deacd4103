"""Text messages of the demonstration: a provider that brings nothing anywhere, brand names in every
standing, some texts of Sở Nội vụ, and one from a citizen that waits."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from congvu.accounts.models import Account
from congvu.channels.accept import CONSENT
from congvu.channels.give_consent import give_consent
from congvu.channels.keep_brandname import BrandnameForm, keep_brandname
from congvu.channels.models import Consent, OwnAddress, Provider
from congvu.channels.queries.consents import consent_text
from congvu.channels.send_sms import SmsForm, preview_sms, send_sms
from congvu.channels.take_in import take_in
from congvu.channels.types import SMS, Incoming
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.sms import SmsClass, longest_validity
from congvu.run.play_stage import Stage

NAME = "Nhà cung cấp minh họa (không gửi thật)"
NUMBER = "842573841234"
# agency, name, days of validity that are left
BRANDNAMES = (("snv", "SNVPHUYEN", 700), ("ubnd-tinh", "UBNDPHUYEN", 40), ("stttt", "STTTTPY", 10))
TEXTS = (
    (
        "0912345678, 0987654321",
        "Hồ sơ H45.12-261124-0017 đã có kết quả. Mời Ông/Bà đến Bộ phận Một cửa Sở Nội vụ nhận "
        "trong giờ làm việc.",
        True,
    ),
    ("0905111299", "Lịch tiếp công dân của Giám đốc Sở Nội vụ: 08:00 ngày 30/11.", False),
    ("0905222300", "Hồ sơ H45.12-261120-0009 cần bổ sung bản sao văn bằng.", False),
)
AGREED = (
    "84935123457",
    "Trần Thị Minh Hiền",
    "Sở Nội vụ mời Bà đến nhận kết quả xét tuyển viên chức, 08:00-11:00 ngày 02/12 tại Bộ phận "
    "Một cửa.",
)
QUESTION = "Cho tôi hỏi hồ sơ nâng ngạch nộp ở đâu, hạn đến ngày nào?"


def seed_texts(at: datetime) -> bool:
    """Once; tells whether there was anything to do."""
    if Provider.objects.filter(channel=SMS).exists():
        return False
    provider = Provider.objects.create(
        channel=SMS,
        adapter="demo_sms",
        name=NAME,
        secrets={},
        per_second=20,
        is_active=True,
        registered_at=at,
    )
    _register(provider, at)
    stage = Stage(Path(tempfile.mkdtemp(prefix="congvu-demo-")), is_quiet=True)
    stage.at = at
    _write(stage, at)
    _agree(stage, at)
    _ask(at)
    return True


def _register(provider: Provider, at: datetime) -> None:
    today = clock.local(at).date()
    admin = _administrator()
    for code, name, days_left in BRANDNAMES:
        valid_to = today + timedelta(days=days_left)
        granted_on = longest_validity(valid_to).replace(year=valid_to.year - 3)
        keep_brandname(
            BrandnameForm(
                name=name,
                holder_id=orgs.agency_by_code(code).id,
                provider_id=provider.id,
                kind=SmsClass.CARE,
                ground="Giấy chứng nhận minh họa, không có giá trị",
                granted_on=granted_on,
                valid_to=valid_to,
                price=350,
            ),
            by=admin,
            at=at,
        )
    OwnAddress.objects.create(
        agency_id=orgs.agency_by_code("snv").id,
        channel=SMS,
        address=NUMBER,
        provider=provider,
        valid_from=at - timedelta(days=1),
    )


def _administrator() -> Actor:
    account = Account.objects.get(username="quantri")
    return Actor(
        person_id=account.person_id,
        posting_id=None,
        agency_id=None,
        unit_id=None,
        full_name=str(account.person),
        title="Quản trị hệ thống",
        agency_name="",
        roles=frozenset({SYSTEM_ADMIN}),
        account_id=account.id,
    )


def _write(stage: Stage, at: datetime) -> None:
    clerk = stage.actor("vanthu.snv")
    for turn, (phones, text, with_marks) in enumerate(TEXTS):
        form = SmsForm(
            phones=phones,
            text=text,
            kind=SmsClass.CARE,
            with_marks=with_marks,
            basis="QC.5.5",
            sender="SNVPHUYEN",
            key=f"demonstration-{turn:04}",
        )
        with stage.acting(clerk):
            seal = preview_sms(form, by=clerk, at=at).seal
            send_sms(form, seal=seal, by=clerk, at=at)


def _agree(stage: Stage, at: datetime) -> None:
    """Somebody agreed at the desk and is told: the text carries the link that ends it."""
    clerk = stage.actor("vanthu.snv")
    with stage.acting(clerk):
        told = consent_text(
            purpose=Consent.Purpose.NOTICE,
            channel=SMS,
            address=AGREED[0],
            agency_name=clerk.agency_name,
            day=clock.local(at).date(),
        )
        give_consent(
            agency_id=clerk.agency_id or 0,
            channel=SMS,
            address=AGREED[0],
            purpose=Consent.Purpose.NOTICE,
            text=told.text,
            text_version=told.version,
            origin="Tại cơ quan: ký tờ khai tại Bộ phận Một cửa",
            name=AGREED[1],
            by=clerk,
            at=at,
        )
        form = SmsForm(
            phones=AGREED[0],
            text=AGREED[2],
            kind=SmsClass.CARE,
            with_marks=False,
            basis=CONSENT,
            sender="SNVPHUYEN",
            key="demonstration-agreed",
        )
        seal = preview_sms(form, by=clerk, at=at).seal
        send_sms(form, seal=seal, by=clerk, at=at)


def _ask(at: datetime) -> None:
    incoming = Incoming(
        channel=SMS,
        provider_id=None,
        external_id="demonstration-1",
        to_address=NUMBER,
        from_address="84912345678",
        from_name="",
        subject="",
        text=QUESTION,
        raw=QUESTION.encode(),
        raw_mime="text/plain",
        entered_at=at,
    )
    with clock.frozen(at):
        take_in(incoming, at=at)
