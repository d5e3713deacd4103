"""Tin cậy chữ ký số, as two administrators use it; nobody else gets in."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from authorities import root
from cast import make_agency, make_official
from congvu.orgs.types import CLERK, SYSTEM_ADMIN
from congvu.signing import queries
from congvu.signing.models import TrustChange
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND130.79", "S.11")]
PAGE = "/quan-tri/tin-cay/"
WHY = "Công văn công bố chứng thư gốc, đã đối chiếu dấu vân tay."


def administrator(name: str, at: datetime) -> Client:
    return client_for(make_official(make_agency(), name, SYSTEM_ADMIN, at=at).posting_id, at)


def propose(client: Client, content: bytes, **changed: str) -> int:
    fields = {"purpose": "official", "effective_on": "14/02/2022", "reason": WHY, **changed}
    file = SimpleUploadedFile("goc.cer", content)
    return client.post(f"{PAGE}de-nghi/", {**fields, "file": file}).status_code


def test_one_proposes_and_another_approves(at: datetime) -> None:
    one, other = administrator("Võ Nhật Minh", at), administrator("Tạ Thu Hường", at)
    assert propose(one, root().der) == 302
    change = TrustChange.objects.get()
    own = one.get(PAGE).content.decode()
    assert "Chờ quản trị khác phê duyệt" in own
    assert "Phê duyệt</span>" not in own

    answer = one.post(f"{PAGE}de-nghi/{change.id}/", {"decision": "approve"})
    assert answer.status_code == 422
    assert "signing.E130" in answer.content.decode()

    shown = other.get(PAGE).content.decode()
    assert "CA gốc lạ" in shown
    assert "Công văn công bố" in shown
    assert other.post(f"{PAGE}de-nghi/{change.id}/", {"decision": "approve"}).status_code == 302
    assert len(queries.trusted_roots(at)) == 1
    after = other.get(PAGE).content.decode()
    assert "đang tin cậy" in after
    assert "Cần danh sách thu hồi mới" in after


def test_a_list_is_brought_in_and_its_time_is_shown(at: datetime) -> None:
    one, other = administrator("Võ Nhật Minh", at), administrator("Tạ Thu Hường", at)
    propose(one, root().der)
    other.post(f"{PAGE}de-nghi/{TrustChange.objects.get().id}/", {"decision": "approve"})
    file = SimpleUploadedFile("goc.crl", root().revoked_list(at, [1, 2]))
    assert one.post(f"{PAGE}thu-hoi/", {"file": file}).status_code == 302
    shown = one.get(PAGE).content.decode()
    assert "còn hạn" in shown
    assert "Cần danh sách thu hồi mới" not in shown


def test_what_is_wrong_is_said_beside_its_form_and_nothing_is_lost(at: datetime) -> None:
    one = administrator("Võ Nhật Minh", at)
    file = SimpleUploadedFile("goc.cer", b"rubbish")
    fields = {"purpose": "public", "effective_on": "14/02/2022", "reason": WHY, "file": file}
    answer = one.post(f"{PAGE}de-nghi/", fields)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "signing.E121" in shown
    assert WHY in shown
    assert one.post(f"{PAGE}thu-hoi/", {}).status_code == 422
    assert not TrustChange.objects.exists()


def test_the_rail_leads_there_and_nobody_else_gets_in(at: datetime) -> None:
    one = administrator("Võ Nhật Minh", at)
    assert f'href="{PAGE}"' in one.get(PAGE).content.decode()
    clerk = client_for(make_official(make_agency(), "Võ Thị Thư", CLERK, at=at).posting_id, at)
    assert clerk.get(PAGE).status_code == 403
    assert propose(clerk, root().der) == 403
    assert Client().get(PAGE).status_code == 302
