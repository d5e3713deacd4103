"""What the security list asks of the source and of an empty database: time zones, foreign hosts,
no account (S.09, S.18, S.42)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

import congvu
from congvu.accounts.models import Account

pytestmark = pytest.mark.django_db
PACKAGE = Path(congvu.__file__).parent
TESTS = Path(__file__).resolve().parents[1]


# Time, hosts --------------------------------------------------------------------------------------


@pytest.mark.clause("S.18")
def test_no_column_of_the_database_holds_a_time_without_its_zone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type LIKE 'time%%without time zone'"
        )
        assert [one for one in cursor.fetchall() if one[0] != "orgs_workinghours"] == []


@pytest.mark.clause("S.18")
def test_naive_moments_are_a_fault_of_the_lint():
    written = (TESTS.parent / "pyproject.toml").read_text("utf-8")
    chosen = re.search(r"^select = \[(.*?)\]", written, re.S | re.M)
    assert chosen and '"DTZ"' in chosen[1]


OWN_WORDS = ("http://www.w3.org/", "https://www.w3.org/")
OUTSIDE = re.compile(r"(?i)(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"')]*")


def outside_hosts(text: str) -> list[str]:
    """The addresses of other hosts in a file that a browser reads; names of XML are none."""
    return [one for one in OUTSIDE.findall(text) if not one.startswith(OWN_WORDS)]


@pytest.mark.clause("S.42")
def test_the_finder_of_outside_hosts_finds_them():
    for planted in ('src="//cdn.example.com/x.js"', "url(https://fonts.example.org/a)"):
        assert outside_hosts(planted)


@pytest.mark.clause("S.42")
@pytest.mark.parametrize("place", ["templates", "styles", "scripts", "built"])
def test_nothing_that_a_browser_reads_names_another_host(place: str):
    web = PACKAGE / "web"
    files = {
        "templates": [*web.rglob("*.html")],
        "styles": [*(web / "shell" / "assets").rglob("*.css")],
        "scripts": [*(web / "shell" / "assets").rglob("*.js")],
        "built": [*(web / "shell" / "static").rglob("*.css"), *(web / "shell" / "static").rglob("*.js")],
    }[place]  # fmt: skip
    assert files
    found = {str(one): outside_hosts(one.read_text("utf-8")) for one in files}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


@pytest.mark.clause("S.09")
def test_a_fresh_database_has_no_account_at_all():
    assert not Account.objects.exists()
