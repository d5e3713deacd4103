"""Điều 10 khoản 2: what can be told of a mail that speaks for an official from elsewhere."""

from __future__ import annotations

import pytest

from congvu.rules.official_mail import FREE_MAIL, came_beside_official_mail

OURS = {"phuyen.gov.vn"}
NAMES = {"Nguyễn Thành Long", "Sở Nội vụ"}


@pytest.mark.clause("QC.10.2")
@pytest.mark.parametrize(
    ("address", "name", "is_forged", "found"),
    [
        ("gd@gmail.com", "Nguyễn Thành Long", False, True),
        ("gd@GMAIL.com", "nguyễn  thành LONG", False, True),
        ("gd@gmail.com", "Nguyen Thanh Long", False, True),  # as many keyboards write it
        ("gd@gmail.com", "Long Nguyễn Thành", False, True),  # the given name first
        ("gd@gmail.com", "Nguyễn Thành Lợi", False, False),  # another name
        ("gd@gmail.com", "", False, False),
        ("dan@gmail.com", "Người dân", True, False),  # forged, but nobody of ours
        ("snv@phuyen.gov.vn", "Ai đó", True, True),
        ("snv@phuyen.gov.vn", "Sở Nội vụ", False, False),  # the official mailbox itself
        ("snv@khanhhoa.gov.vn", "Sở Nội vụ", False, False),  # another province's
        ("gmail.com", "Nguyễn Thành Long", False, True),  # not an address at all: still looked at
        ("", "Nguyễn Thành Long", False, False),
    ],
)
def test_a_suspicion_needs_a_free_mailbox_and_an_officials_name_or_a_forged_domain(
    address: str, name: str, is_forged: bool, found: bool
) -> None:
    finding = came_beside_official_mail(
        address=address, name=name, is_forged=is_forged, own_domains=OURS, official_names=NAMES
    )
    assert finding.value is found and finding.clause == "QC.10.2"
    assert finding.explanation.endswith(".")


def test_the_list_of_free_mail_holds_plain_domains() -> None:
    assert all(one == one.lower() and "." in one and "@" not in one for one in FREE_MAIL)
