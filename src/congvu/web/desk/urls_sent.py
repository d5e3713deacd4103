"""Addresses of what goes out over the channels, and of who agreed to it."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import consents, sent

CONSENT = "dong-y-nhan-tin/<int:consent_id>/"
ONE = "tin-da-gui/<int:message_id>/"

urlpatterns = [
    path("tin-da-gui/", sent.sent, name="sent"),
    path(ONE, sent.sent_message, name="sent_message"),
    path(ONE + "chung-cu/", sent.sent_evidence, name="sent_evidence"),
    path(ONE + "huy/", sent.cancel, name="cancel_message"),
    path(ONE + "gui-lai/", sent.again, name="send_again"),
    path("dong-y-nhan-tin/", consents.consents, name="consents"),
    path("dong-y-nhan-tin/them/", consents.record_consent, name="record_consent"),
    path(CONSENT, consents.consent, name="consent"),
    path(CONSENT + "rut-lai/", consents.withdraw, name="withdraw_consent"),
]
