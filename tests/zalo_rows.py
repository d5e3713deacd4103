"""One row of everything about Zalo for an agency, without any platform behind it."""

from __future__ import annotations

from datetime import datetime

from cast import House
from congvu.channels.models import (
    Consent,
    Provider,
    ZaloContact,
    ZaloGrant,
    ZaloLink,
    ZaloLinkCode,
    ZaloTemplate,
)
from congvu.documents.models import Document
from congvu.publicity.models import Article
from congvu.systems.name_keeper import name_keeper
from congvu.systems.plan_account import AccountPlan, plan_account
from congvu.systems.report_impostor import report_impostor


def zalo_of(house: House, at: datetime) -> dict[str, int]:
    """The ids by the names that addresses use."""
    own = {"agency": house.agency}
    plan = AccountPlan(house.agency.name, "02573841234", "snv.phuyen.gov.vn", "Trả lời người dân.")
    account = plan_account(plan=plan, by=house.clerk, at=at)
    keeper = name_keeper(
        account_id=account.id,
        posting_id=house.drafter.posting_id or 0,
        basis="Quyết định số 15",
        valid_from=at.date(),
        by=house.leader,
        at=at,
    )
    case = report_impostor(
        name="UBND tinh PY", link="", said="Đăng tin sai.", by=house.clerk, at=at
    )
    provider = Provider.objects.create(
        channel="zalo", adapter="zalo_oa", name="Zalo", secrets={}, registered_at=at
    )
    grant = ZaloGrant.objects.create(account=account, provider=provider, oa_id="26", **own)
    contact = ZaloContact.objects.create(grant=grant, user_id="77", last_word_at=at, **own)
    code = ZaloLinkCode.objects.create(
        code_hash="h", full_name="Nguyễn Thị An", text="Đồng ý.", text_version="1", at=at,
        expires_at=at, **own,
    )  # fmt: skip
    consent = Consent.objects.create(
        channel="zalo", address="77", purpose="notice", text="Đồng ý.", text_version="1",
        origin="tin nhắn", given_at=at, withdrawal_key="z", **own,
    )  # fmt: skip
    link = ZaloLink.objects.create(
        contact=contact, code=code, consent=consent, full_name="Nguyễn Thị An", linked_at=at, **own
    )
    template = ZaloTemplate.objects.create(
        template_id="7001", name="Trả kết quả", text="<ngay>", params=[{"name": "ngay"}],
        changed_at=at, **own,
    )  # fmt: skip
    return {
        "zalo_account_id": account.id,
        "keeper_id": keeper.id,
        "case_id": case.id,
        "link_id": link.id,
        "template_id": template.id,
    }


def article_of(house: House, source: Document | None, at: datetime) -> Article:
    """A draft of a post, and a sending of it that waits."""
    own, by = {"agency": house.agency}, house.clerk.posting_id
    article: Article = Article.objects.create(
        source=source, source_symbol="1", source_link="https://congvu.test/", source_hash="0" * 64,
        title="Lịch tiếp công dân", summary="Tóm tắt", text="Nội dung", cover="https://a.vn/a.png",
        by_id=by, changed_at=at, **own,
    )  # fmt: skip
    article.broadcasts.create(by_id=by, at=at, **own)
    return article
