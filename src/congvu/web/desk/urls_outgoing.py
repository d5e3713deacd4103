"""Addresses of drafts, signing, outgoing documents and registers."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import (
    deliveries,
    draft_orders,
    draft_page,
    draft_preview,
    drafts,
    outgoing,
    outgoing_orders,
    plugin_agency,
    plugin_signing,
    recipients,
    registers,
    remote_signing,
    renewals,
    reports,
    signing_batch,
    signing_batch_pages,
    signing_batch_remote,
    signing_desk,
)

DRAFT = "du-thao/<int:document_id>/"
WAITING = "trinh-ky/yeu-cau/<int:waiting_id>/"
OUTGOING = "van-ban-di/<int:document_id>/"
BATCH = "trinh-ky/loat/<int:batch_id>/"
ITEM = BATCH + "<int:ordinal>/"

urlpatterns = [
    path("du-thao/", drafts.drafts, name="drafts"),
    path("du-thao/soan/", drafts.start, name="start_draft"),
    path("du-thao/theo-loai/", drafts.signers, name="draft_by_type"),
    path(DRAFT, draft_page.draft, name="draft"),
    path(DRAFT + "luu/", draft_page.save, name="save_draft"),
    path(DRAFT + "luu-tam/", draft_orders.autosave, name="autosave_draft"),
    path(DRAFT + "bo-luu-tam/", draft_orders.drop, name="drop_autosave"),
    path(DRAFT + "xem-truoc/", draft_preview.preview, name="draft_preview"),
    path(
        DRAFT + "xem-truoc/<int:number>.png", draft_preview.preview_page, name="draft_preview_page"
    ),
    path(DRAFT + "ban-in/", draft_preview.preview_pdf, name="draft_pdf"),
    path(DRAFT + "so-sanh/", draft_preview.compare, name="compare_versions"),
    path(DRAFT + "trinh/", draft_orders.submit, name="submit_draft"),
    path(DRAFT + "duyet/", draft_orders.approve, name="approve_draft"),
    path(DRAFT + "tra-lai/", draft_orders.send_back, name="send_back_draft"),
    path(DRAFT + "rut-lai/", draft_orders.take_back, name="take_back_draft"),
    path(DRAFT + "huy/", draft_orders.cancel, name="cancel_draft"),
    path(DRAFT + "y-kien/", draft_orders.opinion, name="give_opinion"),
    path(DRAFT + "xin-y-kien/", draft_orders.ask, name="ask_opinion"),
    path(DRAFT + "dinh-kem/", draft_orders.attach, name="attach_file"),
    path(DRAFT + "go-tep/<int:attachment_id>/", draft_orders.detach, name="detach_file"),
    path("van-ban/<int:document_id>/noi-nhan/", recipients.recipients, name="recipients"),
    path(
        "van-ban/<int:document_id>/kiem-tra-chu-ky/",
        outgoing_orders.check_signatures,
        name="check_signatures",
    ),
    path("van-ban/<int:document_id>/phieu-kiem-tra/", reports.sheet, name="report_sheet"),
    path("van-ban/<int:document_id>/ket-qua-kiem-tra.json", reports.data, name="report_json"),
    path("trinh-ky/", signing_desk.signing, name="signing"),
    path("trinh-ky/<int:document_id>/", signing_desk.sign, name="sign"),
    path("trinh-ky/<int:document_id>/ky/", signing_desk.sign_order, name="sign_document"),
    path("trinh-ky/loat/", signing_batch.start, name="start_batch"),
    path(BATCH, signing_batch.batch, name="batch"),
    path(BATCH + "tien-do/", signing_batch.progress, name="batch_progress"),
    path(BATCH + "ky/", signing_batch.confirm, name="confirm_batch"),
    path(BATCH + "huy-yeu-cau/", signing_batch_remote.cancel, name="cancel_batch_request"),
    path(BATCH + "gui-ma/", signing_batch_remote.ask_otp, name="ask_batch_otp"),
    path(BATCH + "nhap-ma/", signing_batch_remote.authorize, name="authorize_batch"),
    path(BATCH + "ky-lai/", signing_batch.retry, name="retry_batch"),
    path(BATCH + "ket-thuc/", signing_batch.close, name="close_batch"),
    path(ITEM, signing_batch.item, name="batch_item"),
    path(ITEM + "trang/<int:number>/", signing_batch_pages.picture, name="batch_picture"),
    path(ITEM + "tep/", signing_batch_pages.pdf, name="batch_pdf"),
    path(ITEM + "chuan-bi/", signing_batch_pages.prepare, name="batch_prepare"),
    path(ITEM + "quyet-dinh/", signing_batch.decide, name="decide_in_batch"),
    path(ITEM + "tra-lai/", signing_batch.send_back, name="send_back_in_batch"),
    path(
        "trinh-ky/<int:document_id>/phan-mem-ky/",
        plugin_signing.sign_with_plugin,
        name="sign_with_plugin",
    ),
    path(OUTGOING + "phan-mem-ky/", plugin_agency.issue_with_plugin, name="issue_with_plugin"),
    path("ky-so/<int:waiting_id>/", plugin_signing.plugin_state, name="plugin_state"),
    path("ky-so/<int:waiting_id>/dung/", plugin_signing.plugin_cancel, name="plugin_cancel"),
    path(
        "ky-so/<int:waiting_id>/xong/", plugin_signing.signed_with_plugin, name="signed_with_plugin"
    ),
    path(WAITING, remote_signing.waiting, name="remote_waiting"),
    path(WAITING + "trang-thai/", remote_signing.waiting_state, name="remote_waiting_state"),
    path(WAITING + "ky/", remote_signing.authorize, name="authorize_remote_signing"),
    path(WAITING + "gui-ma/", remote_signing.ask_otp, name="ask_remote_otp"),
    path(WAITING + "huy/", remote_signing.cancel, name="cancel_remote_signing"),
    path(WAITING + "gui-lai/", remote_signing.again, name="ask_remotely_again"),
    path("van-ban-di/", outgoing.outgoing, name="outgoing"),
    path(OUTGOING, outgoing.document, name="outgoing_document"),
    path(OUTGOING + "nguoi-nhan/", deliveries.deliveries, name="deliveries"),
    path(OUTGOING + "nguoi-nhan/<int:agency_id>/", deliveries.why, name="delivery_why"),
    path(OUTGOING + "cap-so/", outgoing_orders.number, name="number_document"),
    path(OUTGOING + "phat-hanh/", outgoing_orders.issue, name="issue_document"),
    path(OUTGOING + "ban-hanh/", outgoing_orders.number_and_issue, name="number_and_issue"),
    path(OUTGOING + "tra-lai/", outgoing_orders.send_back, name="return_doubtful"),
    path(OUTGOING + "huy-so/", outgoing_orders.void, name="void_number"),
    path(OUTGOING + "thu-hoi/", outgoing_orders.recall, name="recall_document"),
    path(OUTGOING + "thay-the/", outgoing_orders.replace, name="replace_document"),
    path("chu-ky/gia-han/", renewals.renewals, name="renewals"),
    path("chu-ky/gia-han/<int:version_id>/", renewals.renew, name="renew_stamp"),
    path("so-van-ban/", registers.registers, name="registers"),
    path("so-van-ban/<int:book_id>/in/", registers.print_register, name="print_register"),
    path("so-van-ban/<int:book_id>/kiem-tra/", registers.check_number, name="check_number"),
]
