"""Addresses of incidents and of what the gate holds back."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import held_files, incidents, purge

urlpatterns = [
    path("su-co/", incidents.incidents, name="incidents"),
    path("su-co/tep-cho-quet/", held_files.held, name="held_files"),
    path("su-co/bao/", incidents.report, name="report_incident"),
    path("su-co/nguoi-phu-trach/", incidents.officers, name="incident_officers"),
    path("su-co/tu-ngu/", incidents.words, name="watch_words"),
    path("su-co/tu-ngu/<int:word_id>/bo/", incidents.end_word, name="end_watch_word"),
    path("su-co/<int:incident_id>/", incidents.incident, name="incident"),
    path("su-co/<int:incident_id>/nhan/", incidents.take, name="take_incident"),
    path("su-co/<int:incident_id>/buoc-xu-ly/", incidents.note, name="note_incident"),
    path("su-co/<int:incident_id>/ket-thuc/", incidents.close, name="close_incident"),
    path("van-ban/<int:document_id>/tieu-huy/", purge.purge, name="purge"),
    path("van-ban/<int:document_id>/tieu-huy/de-nghi/", purge.propose, name="propose_purge"),
    path("van-ban/<int:document_id>/tieu-huy/xac-nhan/", purge.confirm, name="confirm_purge"),
    path("van-ban/<int:document_id>/tieu-huy/bo/", purge.decline, name="decline_purge"),
    path(
        "van-ban/<int:document_id>/tieu-huy/bien-ban/",
        purge.certificate,
        name="purge_certificate",
    ),
]
