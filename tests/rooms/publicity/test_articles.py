"""Publish once: from an official source, approved, brought to Zalo once, flagged when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from cast import House, approve_systems, enter_working_time, make_committee, make_department
from congvu.documents.events import DocumentIssued, DocumentPurged, DocumentRecalled
from congvu.documents.models import Document, Sensitivity
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.kit.blobs import NOTHING
from congvu.publicity.approve_article import approve_article, send_back_article
from congvu.publicity.broadcast_article import approve_broadcast, ask_broadcast, send_broadcast
from congvu.publicity.draft_article import Writing, draft_article, submit_article, words_hash
from congvu.publicity.flag_changed import flag_all, flag_replaced, flag_source
from congvu.publicity.forget_purged import forget_purged
from congvu.publicity.models import Article, Broadcast
from congvu.publicity.publish_article import AGAIN, LATER, bring_article
from congvu.publicity.remove_article import remove_article
from letters import sent
from paperwork import refused
from zalo_double import AN, OA_ID, Line, granted, zalo_line

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.11.5")]


@pytest.fixture
def at() -> Iterator[datetime]:
    moment = datetime.fromisoformat("2022-03-04T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at, "Sở Nội vụ", "SNV")


@pytest.fixture
def line(house: House, at: datetime) -> Iterator[Line]:
    with zalo_line(at, moment=lambda: at) as line:
        granted(line, house, at)
        yield line


@pytest.fixture
def source(house: House, at: datetime) -> Document:
    return sent(house, at, make_committee(at), sensitivity=Sensitivity.PUBLIC)


def writing(source: Document, **more: Any) -> Writing:
    fields = {
        "symbol": source.symbol,
        "issued_on": source.issued_on,
        "title": "Lịch tiếp công dân",
        "summary": "Sáng thứ Năm hằng tuần.",
        "text": "Địa điểm: 02 Trần Phú.",
        "cover": "https://snv.phuyen.gov.vn/anh.png",
    }
    return Writing(**{**fields, **more})


def approved(source: Document, house: House, at: datetime) -> Article:
    article = draft_article(writing=writing(source), by=house.drafter, at=at)
    submit_article(article_id=article.id, by=house.drafter, at=at)
    article.refresh_from_db()
    return approve_article(article_id=article.id, seen=words_hash(article), by=house.leader, at=at)


def published(line: Line, source: Document, house: House, at: datetime) -> Article:
    article = approved(source, house, at)
    assert bring_article(article_id=article.id, at=at) == AGAIN
    assert bring_article(article_id=article.id, at=at) == AGAIN  # Zalo still works on it
    line.double.offset = 30
    assert bring_article(article_id=article.id, at=at) == 0
    line.double.offset = 0
    article.refresh_from_db()
    return article


def test_a_post_keeps_its_source_and_is_created_once(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    article = published(line, source, house, at)
    assert (article.state, article.source_hash) == ("published", source.issued_file)
    assert source.check_code in article.source_link
    (kept,) = line.double.articles.values()
    assert source.symbol in kept["body"][-1]["content"]
    assert bring_article(article_id=article.id, at=at) == 0
    creations = [1 for path, _ in line.double.calls if path.endswith("article/create")]
    assert len(creations) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sensitivity": Sensitivity.INTERNAL}, "không ở mức công khai"),
        ({"state": DocumentState.RECALLED}, "đã bị thu hồi"),
        ({"issued_at": None}, "Không tìm thấy văn bản"),
    ],
)
def test_only_an_issued_public_document_in_force_is_a_source(
    source: Document, house: House, at: datetime, change: dict[str, Any], said: str
) -> None:
    Document.objects.filter(id=source.id).update(**change)
    with refused("publicity.E003") as why:
        draft_article(writing=writing(source), by=house.drafter, at=at)
    assert said in why.value.say


def test_another_agencys_document_is_no_source(
    source: Document, house: House, at: datetime
) -> None:
    other = make_department(at, "Sở Tài chính", "STC")
    with refused("publicity.E003"):
        draft_article(writing=writing(source), by=other.drafter, at=at)


@pytest.mark.clause("QC.10.4")
def test_only_a_leader_approves_and_only_what_he_has_read(
    source: Document, house: House, at: datetime
) -> None:
    article = draft_article(writing=writing(source), by=house.drafter, at=at)
    seen = words_hash(article)
    order = {"article_id": article.id, "at": at}
    with refused("publicity.E006"):
        approve_article(seen=seen, by=house.leader, **order)
    submit_article(by=house.drafter, **order)
    with refused("publicity.E007"):
        approve_article(seen=seen, by=house.clerk, **order)
    draft_article(writing=writing(source, title="Tiêu đề khác"), by=house.drafter, **order)
    submit_article(by=house.drafter, **order)
    with refused("publicity.E008"):
        approve_article(seen=seen, by=house.leader, **order)
    assert send_back_article(by=house.leader, **order).state == "draft"


def test_a_recall_between_approval_and_publishing_stops_it(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    article = approved(source, house, at)
    Document.objects.filter(id=source.id).update(state=DocumentState.RECALLED)
    assert bring_article(article_id=article.id, at=at) == 0
    article.refresh_from_db()
    assert (article.state, article.flagged_at) == ("draft", at)
    assert line.double.articles == {}


def test_a_post_is_flagged_when_its_source_is_recalled_replaced_or_closed(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    article = published(line, source, house, at)
    flag_source(DocumentRecalled(document_id=source.id, at=at))
    article.refresh_from_db()
    assert article.flagged_at is None  # nothing has changed yet
    Document.objects.filter(id=source.id).update(state=DocumentState.REPLACED)
    newer = sent(house, at, make_committee(at), replaces=source)
    flag_replaced(DocumentIssued(document_id=newer.id, at=at))
    article.refresh_from_db()
    assert "đã được thay thế" in article.flag_said
    with refused("publicity.E010"):
        ask_broadcast(article_id=article.id, by=house.drafter, at=at)


@pytest.mark.clause("QC.4.1")
def test_a_post_whose_source_was_purged_goes_from_zalo_also_when_it_was_on_its_way(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    hanging, coming = published(line, source, house, at), approved(source, house, at)
    assert bring_article(article_id=coming.id, at=at) == AGAIN
    source.purged_at = at
    source.save()
    forget_purged(DocumentPurged(source.id, house.agency.id, (), at))
    line.double.offset = 30
    assert bring_article(article_id=coming.id, at=at) == AGAIN
    for article in (hanging, coming):
        assert bring_article(article_id=article.id, at=at) == 0
        article.refresh_from_db()
        assert (article.state, article.removed_at) == ("removed", at)
        assert (article.text, article.source_hash) == ("(đã tiêu hủy)", NOTHING)
    assert {one["is_removed"] for one in line.double.articles.values()} == {True}


def test_a_change_without_an_event_is_found_by_looking(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    published(line, source, house, at)
    assert flag_all(at=at) == 0
    Document.objects.filter(id=source.id).update(sensitivity=Sensitivity.INTERNAL)
    assert flag_all(at=at) == 1
    assert flag_all(at=at) == 0


def test_a_doubtful_creation_is_never_made_twice(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    article = approved(source, house, at)
    line.double.breaks = "cut"
    assert bring_article(article_id=article.id, at=at) == 0
    assert bring_article(article_id=article.id, at=at) == 0
    article.refresh_from_db()
    assert article.state == "sending" and "Chưa rõ" in article.said
    assert len(line.double.articles) == 1


def test_a_platform_that_is_away_is_tried_again(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    article = approved(source, house, at)
    line.provider.secrets = {**line.provider.secrets, "api_url": "http://127.0.0.1:9"}
    line.provider.save()
    assert bring_article(article_id=article.id, at=at) == LATER
    article.refresh_from_db()
    assert article.state == "approved" and "Không kết nối" in article.said


@pytest.mark.clause("QC.6.2.a")
def test_a_broadcast_goes_to_followers_once_after_approval(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    line.double.follow(AN, OA_ID)
    article = published(line, source, house, at)
    line.double.offset = 30
    asked = ask_broadcast(article_id=article.id, by=house.drafter, at=at)
    assert not send_broadcast(broadcast_id=asked.id, at=at)  # not approved: nothing leaves
    with refused("publicity.E011"):
        ask_broadcast(article_id=article.id, by=house.drafter, at=at)
    with refused("publicity.E007"):
        approve_broadcast(article_id=article.id, by=house.drafter, at=at)
    approve_broadcast(article_id=article.id, by=house.leader, at=at)
    for _ in range(2):
        assert not send_broadcast(broadcast_id=asked.id, at=at)
    asked.refresh_from_db()
    assert (asked.state, asked.sent_at) == (Broadcast.State.SENT, at)
    assert [one.text for one in line.double.citizens[AN].lines[OA_ID]] == [article.title]


def test_a_post_is_taken_down_with_a_reason(
    line: Line, source: Document, house: House, at: datetime
) -> None:
    article = published(line, source, house, at)
    with refused("publicity.E009"):
        remove_article(article_id=article.id, text="", by=house.leader, at=at)
    remove_article(article_id=article.id, text="Đã hết hạn.", by=house.leader, at=at)
    line.double.offset = 30
    later = at + timedelta(minutes=1)
    assert bring_article(article_id=article.id, at=later) == 0
    article.refresh_from_db()
    assert (article.state, article.removed_at) == ("removed", later)
