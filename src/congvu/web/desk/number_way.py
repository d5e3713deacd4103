"""Cách ghi số, ngày: how number and date come into a file that the agency's key signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from congvu.kit import clock
from congvu.orgs.types import AGENCY_ADMIN, CLERK
from congvu.signing import ports
from congvu.signing.choose_number_way import choose_number_way
from congvu.signing.models import Certificate
from congvu.web.desk.frame import done
from congvu.web.shell.doors import needs

FILLED = (
    "Hệ thống điền số, ngày; khóa ký một lần",
    "Chỗ cho số và ngày được dành sẵn trước khi lãnh đạo ký, điền lúc ban hành. Khóa của cơ quan"
    " ký một lần cho mỗi văn bản; phù hợp khi khóa bị giới hạn lượt ký.",
)
SIGNED_TWICE = (
    "Ký riêng số, ngày rồi đóng dấu; khóa ký hai lần",
    "Số và ngày là một chữ ký của cơ quan, dấu là chữ ký tiếp theo.",
)
WRITTEN = (
    "Phần mềm ký số trên máy tự ghi số, ngày",
    "Hệ thống đối chiếu số, ngày mà phần mềm ghi. Nơi nhận thấy “nguyên vẹn – có bổ sung sau khi"
    " ký” ở chữ ký của lãnh đạo, vì trang được ghi thêm sau khi lãnh đạo ký.",
)


AT_ONCE = "Áp dụng ngay, kể cả văn bản lãnh đạo đã ký đang chờ ban hành"
OF_OLD_WRITTEN = (
    "Áp dụng cho văn bản lãnh đạo ký từ bây giờ; văn bản đã ký mà chưa ban hành vẫn do phần mềm ghi"
)
OF_OLD_REFUSED = (
    "Áp dụng cho văn bản lãnh đạo ký từ bây giờ; văn bản đã ký mà chưa ban hành phải trình ký lại"
)


@dataclass(frozen=True)
class NumberWay:
    """One of the two ways, as the page names and explains it."""

    certificate_id: int
    value: str
    label: str
    help: str
    effect: str  # on which documents a change to it works
    is_now: bool


def number_ways(certificates: Sequence[Certificate]) -> list[NumberWay]:
    """The two ways for the agency's certificate in use among these; none for a person's."""
    found = [
        one
        for one in certificates
        if one.agency_id is not None and one.state == Certificate.State.IN_USE
    ]
    if not found or not ports.is_connected(found[0].key_reference):
        return []
    certificate = found[0]
    is_plugin = ports.road_of(certificate.key_reference) == ports.Road.PLUGIN
    filled = (*FILLED, OF_OLD_WRITTEN if is_plugin else OF_OLD_REFUSED)
    beside = (*(WRITTEN if is_plugin else SIGNED_TWICE), AT_ONCE)
    return [
        NumberWay(certificate.id, value, *words, is_now=certificate.signs_once == is_once)
        for value, words, is_once in (("once", filled, True), ("beside", beside, False))
    ]


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def choose(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Đổi cách ghi số, ngày lên văn bản bằng khóa của cơ quan."""
    certificate = choose_number_way(
        certificate_id=certificate_id,
        signs_once=request.POST.get("way") == "once",
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã đổi cách ghi số, ngày."
    if certificate.device_id is None:
        return done(request, said, "signing_way")
    return done(request, said, "signing_device", certificate.device_id)
