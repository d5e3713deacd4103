"""The signing program on the visitor's machine: which pages may talk to it, and what they say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from congvu.rules.clauses import clause
from congvu.signing.hand_token import Errand
from congvu.web.shell.middleware import POLICY


@clause("S.27")
def let_talk(response: HttpResponse) -> HttpResponse:
    """Let this page open a socket to the program on the loopback; no other page may."""
    allowed = f"connect-src 'self' {settings.PLUGIN_ADDRESS}"
    response["Content-Security-Policy"] = f"{POLICY}; {allowed}"
    return response


def errand_json(errand: Errand, *, title: str = "", **more: Any) -> dict[str, Any]:
    """What the page hands to the program (`request`) and where it asks afterwards.

    `title` is what the page says is being signed; `more` what this function of the program takes
    beside. The two addresses are paths: the page makes them absolute with its own origin, by which
    the program on the same machine reaches this server too.
    """
    return {
        "function": errand.function,
        "title": title,
        "request": {
            "FileUploadHandler": reverse("plugin_upload", args=[errand.token]),
            "SessionId": "",
            "JWTToken": "",
            "FileName": reverse("plugin_file", args=[errand.token]),
            "MetaData": [],
            **more,
        },
        "state": reverse("plugin_state", args=[errand.waiting_id]),
        "cancel": reverse("plugin_cancel", args=[errand.waiting_id]),
    }
