"""Addresses of message templates and bulk orders."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import bulk_lists, bulk_orders, bulk_steps, message_templates

TEMPLATE = "mau-tin/<int:template_id>/"
ORDER = "dot-gui/<int:order_id>/"

urlpatterns = [
    path("mau-tin/", message_templates.templates, name="message_templates"),
    path("mau-tin/moi/", message_templates.new, name="new_message_template"),
    path(TEMPLATE, message_templates.template, name="message_template"),
    path(TEMPLATE + "sua/", message_templates.edit, name="edit_message_template"),
    path(TEMPLATE + "trinh/", message_templates.submit, name="submit_message_template"),
    path(TEMPLATE + "quyet-dinh/", message_templates.decide, name="decide_message_template"),
    path("dot-gui/", bulk_orders.orders, name="bulk_orders"),
    path("dot-gui/moi/", bulk_orders.new, name="new_bulk_order"),
    path(ORDER, bulk_orders.order, name="bulk_order"),
    path(ORDER + "tien-do/", bulk_orders.progress, name="bulk_progress"),
    path(ORDER + "danh-sach/", bulk_lists.take, name="take_bulk_list"),
    path(ORDER + "cot/", bulk_lists.match, name="match_bulk_columns"),
    path(ORDER + "dong/<int:row>/", bulk_lists.row, name="bulk_row"),
    path(ORDER + "dong/<int:row>/sua/", bulk_lists.mend, name="mend_bulk_row"),
    path(ORDER + "dong/<int:row>/bo/", bulk_lists.leave_out, name="leave_out_bulk_row"),
    path(ORDER + "dong-loi.csv", bulk_lists.faults, name="bulk_faults"),
    path(ORDER + "ket-qua.csv", bulk_lists.result, name="bulk_result"),
    path(ORDER + "trinh/", bulk_steps.submit, name="submit_bulk_order"),
    path(ORDER + "gui/", bulk_steps.release, name="release_bulk_order"),
    path(ORDER + "tra-lai/", bulk_steps.send_back, name="send_back_bulk_order"),
    path(ORDER + "dieu-khien/", bulk_steps.steer, name="steer_bulk_order"),
]
