"""Templates: written by clerks and officials, approved by the leader, fixed from then on."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import ProgrammingError, transaction

from cast import House, make_department
from congvu.audit.models import Entry
from congvu.bulk.decide_template import approve_template, send_back_template, withdraw_template
from congvu.bulk.models import TemplateVersion
from congvu.bulk.open_order import open_order
from congvu.bulk.queries import templates_of, usable_templates
from congvu.bulk.submit_template import submit_template
from congvu.bulk.write_template import write_template
from lists import GROUND, approved, wording
from paperwork import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.7.2")]
WHY = "Cần ghi rõ địa điểm nhận."


def test_from_draft_to_use(house: House, at: datetime) -> None:
    version = write_template(template_id=None, wording=wording(), by=house.drafter, at=at)
    assert version.blanks == [["mã hồ sơ", "dossier"], ["họ tên", "name"], ["ngày nhận", "date"]]
    assert (version.roads, version.basis) == (["sms"], f"duty {GROUND}")
    told = {"template_id": version.template_id, "version_id": version.id, "at": at}
    with refused("bulk.E019"):
        approve_template(by=house.leader, **told)  # nobody has laid it before him
    with refused("bulk.E021"):
        open_order(template_id=version.template_id, title="Đợt", by=house.clerk, at=at)
    submit_template(template_id=version.template_id, by=house.drafter, at=at)
    with refused("bulk.E018"):
        write_template(template_id=version.template_id, wording=wording(), by=house.clerk, at=at)
    with refused("bulk.E002"):
        approve_template(by=house.clerk, **told)
    with refused("bulk.E020"):
        send_back_template(by=house.leader, reason="Không", **told)
    send_back_template(by=house.leader, reason=WHY, **told)
    write_template(
        template_id=version.template_id, wording=wording(sms="Mời đến {{nơi}}."), by=house.clerk, at=at
    )  # fmt: skip
    submit_template(template_id=version.template_id, by=house.clerk, at=at)
    approve_template(by=house.leader, **told)
    assert [one.template.name for one in templates_of(house.clerk)] == ["Báo kết quả hồ sơ"]
    assert usable_templates(house.clerk)
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert [one for one in kinds if one.startswith("bulk.")] == [
        "bulk.template_written", "bulk.template_submitted", "bulk.template_sent_back",
        "bulk.template_written", "bulk.template_submitted", "bulk.template_approved",
    ]  # fmt: skip


def test_an_approved_version_never_changes_and_gets_a_successor(house: House, at: datetime) -> None:
    first = approved(house, at)
    with pytest.raises(ProgrammingError), transaction.atomic():
        TemplateVersion.objects.filter(id=first.id).update(texts={"sms": {"text": "Khác."}})
    second = write_template(
        template_id=first.template_id, wording=wording(sms="Lời mới."), by=house.clerk, at=at
    )
    first.refresh_from_db()
    assert (second.ordinal, second.state, first.state) == (2, "drafted", "approved")
    order = open_order(template_id=first.template_id, title="Đợt", by=house.clerk, at=at)
    assert order.version_id == first.id  # what is drafted is not used


def test_a_withdrawn_version_is_used_no_more(house: House, at: datetime) -> None:
    version = approved(house, at)
    withdraw_template(
        template_id=version.template_id, version_id=version.id, reason=WHY, by=house.leader, at=at
    )
    with refused("bulk.E021"):
        open_order(template_id=version.template_id, title="Đợt", by=house.clerk, at=at)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": "A"}, "bulk.E010"),
        ({"purpose": "advert"}, "bulk.E012"),
        ({"sms": ""}, "bulk.E013"),
        ({"sms": "Hồ sơ {{mã"}, "bulk.E014"),
        ({"sms": "a" * 1001}, "bulk.E015"),
        ({"mail": "Kính gửi"}, "bulk.E016"),
        ({"ground": "QĐ"}, "bulk.E017"),
        ({"purpose": "internal", "ground": ""}, "bulk.E017"),
        ({"zalo_template": "123"}, "bulk.E023"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(
    house: House, at: datetime, more: dict[str, str], code: str
) -> None:
    with refused(code):
        write_template(template_id=None, wording=wording(**more), by=house.clerk, at=at)


def test_names_are_single_and_other_agencies_see_nothing(house: House, at: datetime) -> None:
    version = approved(house, at)
    with refused("bulk.E011"):
        write_template(template_id=None, wording=wording(), by=house.clerk, at=at)
    other = make_department(at, "Sở Tài chính", "STC")
    assert templates_of(other.clerk) == []
    with refused("bulk.E003"):
        submit_template(template_id=version.template_id, by=other.clerk, at=at)
    with refused("bulk.E002"):
        write_template(template_id=None, wording=wording(), by=house.archivist, at=at)


def test_each_channel_has_its_text_and_they_are_tried_in_order(house: House, at: datetime) -> None:
    version = write_template(
        template_id=None,
        wording=wording(
            mail_subject="Kết quả {{mã hồ sơ}}", mail="Kính gửi {{họ tên}}",
            zalo_template="234567", zalo_params={"code": "{{mã hồ sơ}}"},
        ),
        by=house.clerk,
        at=at,
    )  # fmt: skip
    assert version.roads == ["zalo", "sms", "official_mail"]
    assert version.texts["zalo"]["values"] == {"code": "{{mã hồ sơ}}"}
