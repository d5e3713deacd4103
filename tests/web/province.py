"""Two agencies that can sign and send, a browser for each of their people, and how to read a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from django.http import HttpResponse
from django.test import Client

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
)
from congvu.orgs.types import Actor
from staff import client_for


@dataclass
class Province:
    """Two agencies that can sign and send, and a browser for each of their people."""

    office: House
    other: House
    at: datetime

    def browser(self, who: Actor) -> Client:
        return client_for(who.posting_id or 0, self.at)


def make_province(at: datetime) -> Province:
    """Working time, approved systems, keys, and two houses with their people."""
    enter_working_time(at)
    approve_systems(at)
    office, other = make_department(at), make_committee(at)
    found_keys(at)
    return Province(office, other, at)


def words(answer: HttpResponse) -> str:
    """The text of a page without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def hidden(answer: HttpResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found, f"no field {name}"
    return unescape(found[1])
