"""Addresses: Vietnamese without diacritics; names in English."""

from __future__ import annotations

from django.urls import include, path

from congvu.web.api import health
from congvu.web.shell import views as shell

urlpatterns = [
    path("suc-khoe/", health.health, name="health"),
    path("he-thong-giao-dien/", shell.design_system, name="design_system"),
    path("", include("congvu.web.public.urls")),
    path("", include("congvu.web.desk.urls")),
]
handler404 = "congvu.web.shell.views.not_found"
handler500 = "congvu.web.shell.views.failed"
