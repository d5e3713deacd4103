"""Pages of the double: who allows the application, and the citizens' telephones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader

from congvu.kit import clock
from congvu.run.zalo.platform import ZaloDouble
from congvu.run.zalo.rows import Bond

PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
PERMISSION, PHONES = "/v4/oa/permission", "/dien-thoai/"


def page(double: ZaloDouble, path: str, asked: dict[str, str]) -> str:
    """The page at a path; "" when there is none."""
    if path == PERMISSION:
        back = urlsplit(asked.get("redirect_uri", "")).netloc
        return _draw("permission.html", oas=double.oas, asked=asked, back=back)
    if path in {"/", PHONES}:
        return _draw("phones.html", citizens=double.citizens, oas=double.oas)
    user_id, oa_id = _place(path)
    if user_id not in double.citizens or oa_id not in double.oas:
        return ""
    double.sees(user_id, oa_id)
    citizen = double.citizens[user_id]
    return _draw(
        "phone.html",
        citizen=citizen,
        oa=double.oas[oa_id],
        bond=citizen.bonds.get(oa_id, Bond()),
        lines=[(line, _time(line.at)) for line in citizen.lines.get(oa_id, [])],
        here=f"{PHONES}{user_id}/{oa_id}/",
    )


def act(double: ZaloDouble, path: str, form: dict[str, str]) -> str:
    """What a button does; gives where to go then, "" for an unknown one."""
    if path == PERMISSION:
        code = double.grant(form.get("oa_id", ""), form)
        said = {"code": code, "oa_id": form.get("oa_id", ""), "state": form.get("state", "")}
        return f"{form['redirect_uri']}?{urlencode(said)}"
    user_id, oa_id = _place(path)
    if user_id not in double.citizens or oa_id not in double.oas:
        return ""
    _press(double, user_id, oa_id, form)
    return f"{PHONES}{user_id}/{oa_id}/"


def _press(double: ZaloDouble, user_id: str, oa_id: str, form: dict[str, str]) -> None:
    button = form.get("nut", "")
    if button == "gui" and form.get("text", "").strip():
        double.citizen_sends(user_id, oa_id, form["text"].strip())
    elif button in {"quan-tam", "bo-quan-tam"}:
        double.follow(user_id, oa_id, follows=button == "quan-tam")
    elif button == "chia-se":
        double.shares_info(user_id, oa_id)
    elif button == "mo":
        double.sees(user_id, oa_id)


def _place(path: str) -> tuple[str, str]:
    parts = path.removeprefix(PHONES).strip("/").split("/")
    is_chat = path.startswith(PHONES) and len(parts) == 2
    return (parts[0], parts[1]) if is_chat else ("", "")


def _time(seconds: float) -> str:
    return f"{clock.local(datetime.fromtimestamp(seconds, UTC)):%H:%M %d/%m}"


def _draw(name: str, **context: Any) -> str:
    return PAGES.get_template(name).render(**context)
