"""Addresses: Vietnamese without diacritics; names in English."""

from __future__ import annotations

from django.urls import include, path

from congvu.web.api import health, plugin, sms, zalo_hook
from congvu.web.shell import views as shell

urlpatterns = [
    path("suc-khoe/", health.health, name="health"),
    path("ky-so/tep/<str:token>/van-ban.pdf", plugin.plugin_file, name="plugin_file"),
    path("ky-so/nop/<str:token>/", plugin.plugin_upload, name="plugin_upload"),
    path("api/kenh/sms/<int:provider_id>/<str:secret>/", sms.sms_callback, name="sms_callback"),
    path("api/kenh/zalo/<int:provider_id>/", zalo_hook.zalo_hook, name="zalo_hook"),
    path("he-thong-giao-dien/", shell.design_system, name="design_system"),
    path("", include("congvu.web.public.urls")),
    path("", include("congvu.web.desk.urls")),
]
handler400 = "congvu.web.shell.problems.bad_request"
handler403 = "congvu.web.shell.problems.forbidden"
handler404 = "congvu.web.shell.problems.not_found"
handler500 = "congvu.web.shell.problems.failed"
