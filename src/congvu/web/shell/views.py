"""The living page of the design system: every component with its states and long content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from congvu.kit import clock
from congvu.orgs.types import Actor
from congvu.web.shell import samples

ACCENTS = ("lam", "cham", "ngoc", "reu", "tim", "nau", "than")
PARTS = (
    "icons",
    "basics",
    "explain",
    "lists",
    "documents",
    "forms",
    "pickers",
    "feedback",
)


def design_system(request: HttpRequest) -> HttpResponse:
    """The catalogue; `?phan=split` shows the work desk alone in its real frame. Debug only."""
    if not settings.DEBUG:
        raise Http404
    accent = request.GET.get("mau", "lam")
    context = catalogue(accent if accent in ACCENTS else "lam")
    page = "desk_sample.html" if request.GET.get("phan") == "split" else "design_system.html"
    if page == "desk_sample.html":
        context["page"] = {**context["page"], "fit": True}
        context["split"]["showing"] = request.GET.get("xem", "document")
    return render(request, f"shell/{page}", context)


def catalogue(accent: str) -> dict[str, Any]:
    """Everything that the living page shows. accent: one of ACCENTS."""
    texts = samples.page_texts()
    return {
        "page": {"title": "Hệ thống giao diện", "active": "work"},
        "agency": {"name": "Sở Nội vụ", "place": "Tỉnh Phú Yên", "accent": accent},
        "actor": Actor(1, 1, 1, 1, "Trần Thị Bình", "Văn thư", "Sở Nội vụ"),
        "postings": [
            {"id": 1, "label": "Văn thư", "note": "Sở Nội vụ", "current": True, "url": "#"},
            {"label": "Chuyên viên", "note": "Ban Thi đua - Khen thưởng", "url": "#"},
        ],
        "nav": samples.navigation(),
        "notices_count": 4,
        "messages": [],
        "split": {"name": "mau", "showing": "document"},
        "accents": ACCENTS,
        "groups": samples.rows(),
        "subject": samples.LONG_SUBJECT,
        "why_received": samples.why_received(),
        "why_late": samples.why_late(),
        "entries": samples.timeline(),
        "recipients": samples.recipient_groups(),
        "units": samples.units(),
        "deliveries": samples.deliveries(),
        "differences": samples.differences(),
        "signatures": samples.signatures(),
        "now": clock.at_vietnam(2022, 2, 14, 10, 42),
        "pages": [
            {
                "url": static(f"shell/page-{number}.svg"),
                "width": 1240,
                "height": 1754,
                "text": texts[number - 1],
            }
            for number in (1, 2)
        ],
    }
