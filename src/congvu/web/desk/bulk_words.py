"""Words that the pages of bulk sending share: who uses them, their views, roads, an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congvu.bulk.models import TemplateVersion
from congvu.channels.keep_zalo_template import words_by_template
from congvu.channels.types import CHANNEL_WORDS, SMS
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD
from congvu.rules import filling
from congvu.rules.filling import BlankKind
from congvu.rules.sms_text import written
from congvu.web.environment import count, sms_length, url

ALL = (CLERK, LEADER, UNIT_HEAD, OFFICIAL)
PREPARERS = (CLERK, UNIT_HEAD, OFFICIAL)
# What stands in a preview where no list is at hand.
SAMPLES: Mapping[BlankKind, str] = {
    BlankKind.TEXT: "Trung tâm Phục vụ hành chính công",
    BlankKind.NAME: "Nguyễn Thị Hoa",
    BlankKind.DATE: "01/03/2022",
    BlankKind.DOSSIER: "H45.19.02-220214-0023",
    BlankKind.MONEY: "1.250.000 đồng",
    BlankKind.NUMBER: "12",
}


def tabs_of(current: str) -> list[dict[str, Any]]:
    """The views of bulk sending: orders that are open, those that ended, templates."""
    shown = (
        ("", "Đang làm", url("bulk_orders")),
        ("xong", "Đã kết thúc", url("bulk_orders") + "?muc=xong"),
        ("mau", "Mẫu tin", url("message_templates")),
    )
    return [{"label": label, "href": href, "current": key == current} for key, label, href in shown]


def road_words(roads: list[str]) -> str:
    """The roads of a version as people read them, in the order in which they are tried."""
    said = ", rồi ".join(CHANNEL_WORDS[road] for road in roads)
    return said[:1].upper() + said[1:]


def example_of(version: TemplateVersion) -> list[tuple[str, str, str, str]]:
    """(road, subject, text, its length in words) of each road with samples in its blanks."""
    values = {name: SAMPLES[BlankKind(kind)] for name, kind in version.blanks}
    examples = []
    for road in version.roads:
        words = version.texts[road]
        text = filling.fill(_words(version.agency_id, words), values)
        if road == SMS:
            text = written(text, with_marks=words.get("with_marks", True))
        length = sms_length(text) if road == SMS else f"{count(len(text))} ký tự"
        subject = filling.fill(words.get("subject", ""), values)
        examples.append((road_words([road]), subject, text, length))
    return examples


def zalo_words(agency_id: int, text: Mapping[str, Any]) -> str:
    """A message by Zalo's template as it is read; where the template is not known, what is sent."""
    params = "\n".join(f"{key} = {value}" for key, value in text["values"].items())
    return words_by_template(agency_id, text) or f"Mẫu Zalo số {text['template']}\n{params}"


def _words(agency_id: int, text: Mapping[str, Any]) -> str:
    return zalo_words(agency_id, text) if "values" in text else str(text["text"])
