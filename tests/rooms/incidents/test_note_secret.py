"""A refused mark of a state secret is told to the officer after the roll-back, at every entrance."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from cast import House
from congvu.documents.drafting.attach import attach_file
from congvu.documents.drafting.start import start_draft
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.incidents import note_secret, queries
from congvu.incidents.models import Incident, WatchWord
from congvu.incidents.name_public_watch import name_public_watch
from congvu.incidents.watch_words import add_watch_word, end_watch_word
from congvu.kit import wall
from congvu.kit.afterwards import hearing, tell_afterwards
from congvu.kit.events import SecretRefused
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.jobs import job
from congvu.kit.refusal import Refusal
from congvu.kit.wall import APP_ROLE, JOBS_ROLE
from hostile import office
from letters import by_hand, small_pdf
from paperwork import content, drafted, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.4.1", "LBMNN.5", "QC.4.4")]
SECRET = "[TỐI MẬT] Ke hoach phong thu.pdf"


def told() -> list[Incident]:
    return list(Incident.objects.order_by("id"))


def test_a_file_for_a_draft(house: House, at: datetime) -> None:
    draft = drafted(house, at)
    with refused("kit.E039"), hearing(lambda: house.drafter), transaction.atomic():
        attach_file(document_id=draft.id, content=small_pdf(), name=SECRET, by=house.drafter, at=at)
    (incident,) = told()
    assert incident.facts == {
        "entrance": "draft",
        "level": "Tối mật",
        "rules": ["level-in-name"],
        "places": ["tên tệp"],
    }
    assert incident.by_id == house.drafter.posting_id
    assert incident.officer_id == house.leader.posting_id
    assert (incident.agency_id, incident.clause) == (house.agency.id, "QC.4.1")
    assert "phong thu" not in incident.said and "Tối mật" in incident.said


def test_a_paper_taken_in_and_the_text_of_a_draft(house: House, at: datetime) -> None:
    with refused("kit.E039"), hearing(lambda: house.clerk), transaction.atomic():
        receive_by_hand(described=by_hand(), content=small_pdf(), file_name=SECRET,
                        by=house.clerk, at=at)  # fmt: skip
    with refused("documents.E107"), hearing(lambda: house.drafter), transaction.atomic():
        start_draft(
            type_code="quyet-dinh",
            subject="Về việc diễn tập",
            content=content("TUYỆT MẬT\nĐiều 1. Diễn tập."),
            by=house.drafter,
            at=at,
        )
    assert [(one.facts["entrance"], one.facts["level"]) for one in told()] == [
        ("intake", "Tối mật"),
        ("draft-text", "Tuyệt mật"),
    ]


def test_a_package_that_a_job_opens_is_told_to_whom_it_was_sent(
    committee: House, house: House, at: datetime
) -> None:
    @job(lane="now")
    def open_package(agency_id: int) -> None:
        with transaction.atomic():
            pass_gate(small_pdf(), SECRET, entrance=Entrance.PACKAGE, agency_id=agency_id)

    with pytest.raises(Refusal):
        open_package.task.func(agency_id=house.agency.id)
    (incident,) = told()
    assert (incident.agency_id, incident.by_id) == (house.agency.id, None)


def test_what_the_public_brings_is_told_to_the_agency_named_for_it(
    committee: House, house: House, at: datetime
) -> None:
    def bring() -> None:
        with refused("kit.E039"), hearing():
            pass_gate(small_pdf(), SECRET, entrance=Entrance.PUBLIC)

    bring()
    name_public_watch(
        agency_code=committee.agency.code,
        valid_from=at.date(),
        basis="Quyết định số 9",
        by=None,
        at=at,
    )
    bring()
    assert [one.agency_id for one in told()] == [house.agency.id, committee.agency.id]
    with refused("incidents.E013"):
        name_public_watch(agency_code="khong-co", valid_from=at.date(), basis="QĐ", by=None, at=at)


def test_the_same_again_within_a_day_is_one_incident(house: House, at: datetime) -> None:
    event = SecretRefused("draft", ("red-stamp",), ("bản quét",), "Mật", at, by=house.drafter)
    for hours in (0, 1, 23):
        tell_afterwards(SecretRefused(**{**vars(event), "at": at + timedelta(hours=hours)}))
    (incident,) = told()
    assert incident.steps.filter(act="again").count() == 2
    tell_afterwards(SecretRefused(**{**vars(event), "at": at + timedelta(hours=25)}))
    tell_afterwards(SecretRefused(**{**vars(event), "by": house.clerk}))
    assert len(told()) == 3


def test_an_edge_inside_another_leaves_the_telling_to_the_outer_one(
    house: House, at: datetime
) -> None:
    event = SecretRefused("mail", ("x",), ("chủ đề thư",), "", at, agency_id=house.agency.id)
    with hearing(lambda: house.clerk):
        with hearing():
            tell_afterwards(event)
        assert told() == []
    assert told()[0].by_id == house.clerk.posting_id


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (name,) = cursor.fetchone()
    return str(name)


@pytest.mark.parametrize("runner", [APP_ROLE, JOBS_ROLE])
def test_it_is_told_with_the_rights_of_whoever_runs(
    house: House, at: datetime, runner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web cannot become a worker, nor a worker the web: neither may try."""
    monkeypatch.delattr(wall, "crossing_agencies")
    used: list[str] = []
    monkeypatch.setattr(
        note_secret, "_sentence", lambda event: used.append(role()) or "Đã từ chối."
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [runner])
        tell_afterwards(SecretRefused("public", ("x",), ("tên tệp",), "", at))
        assert (used, role()) == ([runner], runner)
        cursor.execute("SELECT set_config('role', 'none', true)")
    assert [one.agency_id for one in told()] == [house.agency.id]


# --- the agency's own words ----------------------------------------------------------------------


def test_a_word_of_the_agency_asks_and_never_refuses(house: House, at: datetime) -> None:
    draft = drafted(house, at)
    word = add_watch_word(word="Phương án PA-07", by=house.leader, at=at)
    spoken = office(body="<w:p><w:r><w:t>Theo phương án  PA-07</w:t></w:r></w:p>")

    def attach(*, is_declared_open: bool) -> None:
        attach_file(
            document_id=draft.id,
            content=spoken,
            name="a.docx",
            by=house.drafter,
            at=at,
            is_declared_open=is_declared_open,
        )

    with refused("documents.E108"):
        attach(is_declared_open=False)
    attach(is_declared_open=True)
    with refused("documents.E108"):
        drafted(house, at, content=content("Điều 1. Phương án PA-07 được duyệt."))
    with refused("documents.E319"):
        receive_by_hand(
            described=by_hand(subject="Về phương án PA-07"),
            content=small_pdf(),
            file_name="a.pdf",
            by=house.clerk,
            at=at,
        )
    assert told() == []
    end_watch_word(word_id=word.id, by=house.leader, at=at)
    drafted(house, at, content=content("Điều 1. Phương án PA-07 được duyệt."))


def test_the_list_is_the_officer_s_and_lies_sealed(
    house: House, committee: House, at: datetime
) -> None:
    with refused("incidents.E009"):
        add_watch_word(word="Phương án", by=house.clerk, at=at)
    row = add_watch_word(word="Phương án PA-07", by=house.leader, at=at)
    for word in ("ab", "x" * 121, "phương án pa-07"):
        with refused("incidents.E010"):
            add_watch_word(word=word, by=house.leader, at=at)
    with refused("incidents.E011"):
        end_watch_word(word_id=row.id, by=committee.leader, at=at)
    kept = WatchWord.objects.filter(id=row.id).extra(select={"raw": "word"}).values_list("raw")
    assert b"PA-07" not in bytes(kept[0][0])
    assert queries.watch_words(house.agency.id, at.date()) == ["Phương án PA-07"]
    assert queries.watch_words(committee.agency.id, at.date()) == []
