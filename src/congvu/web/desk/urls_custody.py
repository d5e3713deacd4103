"""Addresses of signing devices, of reports of loss and of who is told."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import custody, loss, named_agencies, number_way

DEVICE = "quan-tri/thiet-bi-ky/<int:device_id>/"
REPORT = "bao-mat/<int:report_id>/"

urlpatterns = [
    path("quan-tri/noi-nhan/", named_agencies.named_agencies, name="named_agencies"),
    path("quan-tri/noi-nhan/bao-mat/", named_agencies.for_losses, name="name_report_authority"),
    path("quan-tri/noi-nhan/cong-khai/", named_agencies.for_public_pages, name="name_public_watch"),
    path("quan-tri/thiet-bi-ky/", custody.devices, name="signing_devices"),
    path("quan-tri/thiet-bi-ky/them/", custody.add_device, name="add_signing_device"),
    path(DEVICE, custody.device, name="signing_device"),
    path(DEVICE + "ban-giao/", custody.hand_over, name="hand_over_device"),
    path(DEVICE + "thu-hoi/", custody.take_back, name="take_back_device"),
    path(DEVICE + "chung-thu/", custody.add_certificate, name="register_certificate"),
    path(DEVICE + "cap-lai/", custody.reissue, name="reissue_certificate"),
    path(
        "quan-tri/thiet-bi-ky/chung-thu/<int:certificate_id>/cach-ghi-so/",
        number_way.choose,
        name="choose_number_way",
    ),
    path(DEVICE + "bao-mat/", loss.key_lost, name="report_key_lost"),
    path(
        "quan-tri/thiet-bi-ky/bien-ban/<int:handover_id>/",
        custody.minutes,
        name="handover_minutes",
    ),
    path("bao-mat/tai-khoan/", loss.account_lost, name="report_account_lost"),
    path(REPORT, loss.loss_report, name="loss_report"),
    path(REPORT + "thong-bao/", loss.letter, name="loss_letter"),
    path(REPORT + "bao-nham/", loss.false_alarm, name="close_false_alarm"),
    path(REPORT + "mo-tai-khoan/", loss.give_back, name="give_account_back"),
]
