"""Search finds rare and common words, with and without diacritics, only in one's own agency."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from cast import House
from congvu.documents.queries.found import find_documents
from congvu.kit import search
from letters import arrived, behind_the_wall, sent
from paperwork import refused


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("nuôi tôm", "('nuoi') & ('tom')"),
        ('"nuôi tôm" hùm', "('nuoi' <-> 'tom') & ('hum')"),
        ("  ", ""),
        ("!&|()<->:*", ""),
        ("a' | 'b", "('a') & ('b')"),
        ('"', ""),
        ("\\", ""),
    ],
)
def test_what_is_typed_becomes_words_and_never_operators(typed: str, folded: str) -> None:
    assert search.parse(typed).folded == folded
    assert search.parse(typed).is_empty == (folded == "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["'", "''", "\\'", "a\\", "🦐", "ﬁ", "ß", "\x00", "x" * 3000, "ￃ"]
)
def test_no_text_breaks_the_search(house: House, typed: str) -> None:
    assert find_documents(house.clerk, typed) == []


@pytest.mark.django_db
def test_with_and_without_diacritics_in_any_order(
    house: House, committee: House, at: datetime
) -> None:
    arrival = arrived(committee, house, at, subject="Nuôi tôm hùm ở thị xã Đông Hòa")
    other = arrived(committee, house, at, subject="Nuôi cá ở thị xã Sông Cầu")

    def found(typed: str) -> set[int | None]:
        return {row.arrival_id for row in find_documents(house.clerk, typed)}

    assert found("tôm hùm") == found("tom hum") == found("HÙM TÔM") == {arrival.id}
    assert found("nuôi") == found("thi xa") == {arrival.id, other.id}
    assert found('"tom hum"') == {arrival.id}
    assert found('"hum tom"') == set()
    assert found("tôm khủng long") == set()
    assert found(arrival.document.symbol) == {arrival.id}


@pytest.mark.django_db
def test_only_what_this_person_may_see(
    house: House, committee: House, neighbour: House, at: datetime
) -> None:
    arrival = arrived(committee, house, at, subject="Kế hoạch tuyển dụng viên chức")
    for by, expected in (
        (house.clerk, [arrival.id]),
        (house.leader, [arrival.id]),
        (house.drafter, []),
        (committee.clerk, [None]),  # the sender finds its own document
        (neighbour.clerk, []),
    ):
        with behind_the_wall(by):
            found = [row.arrival_id for row in find_documents(by, "tuyen dung")]
            by_number = [row.arrival_id for row in find_documents(by, arrival.document.symbol)]
        assert (found, by_number) == (expected, expected)


@pytest.mark.django_db
def test_a_rare_word_is_found_behind_thousands_of_newer_documents(
    house: House, committee: House, at: datetime
) -> None:
    rare = sent(house, at, subject="Quy trình ươm giống vích")
    template = sent(house, at, subject="Báo cáo tuần")
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH d AS (INSERT INTO documents_document (agency_id, origin, state, check_code,
                 type_code, is_legal_normative, subject, urgency, field, language, issuer_name,
                 issuer_code, number_suffix, symbol, symbol_key, signer_name, signer_title,
                 base_file, signed_file, issued_file, slots, started_at, changed_at)
               SELECT agency_id, origin, state, 'T' || n, type_code, false, subject, 0, '', '', '',
                 '', '', '', '', '', '', '', '', '', '{}', started_at, changed_at
               FROM documents_document, generate_series(1, %s) n WHERE id = %s RETURNING id)
             INSERT INTO documents_searchentry SELECT d.id, s.agencies, %s, s.tsv
             FROM d, documents_searchentry s WHERE s.document_id = %s""",
            [search.WALK + 50, template.id, at + timedelta(days=1), template.id],
        )
        cursor.execute("ANALYZE documents_searchentry")
    assert [row.document_id for row in find_documents(house.clerk, "ươm vích")] == [rare.id]
    newest = find_documents(house.clerk, "bao cao")
    assert len(newest) == 60
    # What few may see is not lost behind what this official may not see.
    assert find_documents(house.drafter, "bao cao") == []
    template.readers.create(
        agency=house.agency, posting_id=house.drafter.posting_id, reason="test", at=at
    )
    assert [row.document_id for row in find_documents(house.drafter, "bao cao")] == [template.id]


@pytest.mark.django_db
def test_a_search_that_takes_too_long_is_told_and_the_request_goes_on(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(house, at)
    monkeypatch.setattr(search, "TIMEOUT_MS", 20)
    slow = {"agency_id": house.agency.id, "query": search.parse("ra soat")}
    with refused("kit.E024"):
        search.find("documents_searchentry", also="pg_sleep(0.5) IS NOT NULL", **slow)
    assert len(search.find("documents_searchentry", **slow)) == 1
