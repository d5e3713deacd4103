"""Addresses of official mail."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import (
    mail_convert,
    mailbox,
    mailbox_orders,
    mailbox_settings,
    mailbox_writing,
)

BOX = "hop-thu/<int:mailbox_id>/"
MAIL = "hop-thu/thu/<int:item_id>/"
DRAFT = "hop-thu/nhap/<int:draft_id>/"

urlpatterns = [
    path("hop-thu/", mailbox.mailboxes, name="mailboxes"),
    path("hop-thu/duoc-giao/", mailbox.assigned_mail, name="assigned_mail"),
    path("hop-thu/danh-ba/", mailbox_writing.mail_addresses, name="mail_addresses"),
    path("hop-thu/theo-doi/", mailbox_settings.mailbox_measure, name="mailbox_measure"),
    path("hop-thu/cap/", mailbox_settings.give_mailbox, name="give_mailbox"),
    path(BOX, mailbox.mailbox, name="mailbox"),
    path(BOX + "soan/", mailbox_writing.write_mail, name="write_mail"),
    path(BOX + "xep/", mailbox_orders.keep_mail, name="keep_mail"),
    path(BOX + "sap-dat/", mailbox_settings.mailbox_settings, name="mailbox_settings"),
    path(BOX + "cuoi-thu/", mailbox_settings.sign_mail, name="sign_mail"),
    path(BOX + "vang-mat/", mailbox_settings.set_mail_away, name="set_mail_away"),
    path(BOX + "het-vang-mat/", mailbox_settings.end_mail_away, name="end_mail_away"),
    path(BOX + "may-chu/", mailbox_settings.connect_mail_server, name="connect_mail_server"),
    path(
        BOX + "bo-may-chu/", mailbox_settings.disconnect_mail_server, name="disconnect_mail_server"
    ),
    path(BOX + "thu-muc/", mailbox_orders.make_mail_folder, name="make_mail_folder"),
    path(BOX + "bo-thu-muc/", mailbox_orders.remove_mail_folder, name="remove_mail_folder"),
    path(MAIL, mailbox.mail, name="mail"),
    path(MAIL + "tra-loi/", mailbox_writing.answer_mail, name="answer_mail"),
    path(MAIL + "giao/", mailbox_orders.assign_mail, name="assign_mail"),
    path(MAIL + "thuoc-pham-vi/", mailbox_orders.take_mail_up, name="take_mail_up"),
    path(MAIL + "khong-thuoc-pham-vi/", mailbox_orders.decline_mail, name="decline_mail"),
    path(MAIL + "ghi-chu/", mailbox_orders.note_mail, name="note_mail"),
    path(MAIL + "van-ban-den/", mail_convert.convert_mail, name="convert_mail"),
    path(MAIL + "chung-cu/", mailbox_orders.mail_evidence, name="mail_evidence"),
    path(MAIL + "tep/<str:key>/", mailbox_orders.mail_file, name="mail_file"),
    path(DRAFT, mailbox_writing.mail_draft, name="mail_draft"),
    path(DRAFT + "luu-tam/", mailbox_writing.autosave_mail, name="autosave_mail"),
    path(DRAFT + "luu/", mailbox_writing.save_mail, name="save_mail"),
    path(DRAFT + "gui/", mailbox_writing.send_mail, name="send_mail"),
    path(DRAFT + "dinh-kem/", mailbox_writing.attach_mail, name="attach_mail"),
    path(DRAFT + "go-tep/", mailbox_writing.detach_mail, name="detach_mail"),
    path(DRAFT + "bo/", mailbox_writing.discard_mail, name="discard_mail"),
]
