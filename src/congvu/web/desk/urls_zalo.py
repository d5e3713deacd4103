"""Addresses of everything about Zalo: the register, the right to use, people, templates."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import (
    articles,
    impostors,
    zalo_accounts,
    zalo_grants,
    zalo_orders,
    zalo_people,
)

HOME = "tai-khoan-zalo/"
ONE = HOME + "<int:zalo_account_id>/"
POSTS = "bai-dang-zalo/"
POST = POSTS + "<int:article_id>/"
CASE = HOME + "mao-danh/<int:case_id>/"

urlpatterns = [
    path(HOME, zalo_accounts.accounts, name="zalo_accounts"),
    path(HOME + "lap/", zalo_accounts.plan, name="plan_zalo_account"),
    path(ONE, zalo_accounts.account, name="zalo_account"),
    path(ONE + "sua/", zalo_accounts.change, name="change_zalo_account"),
    path(ONE + "thong-bao.pdf", zalo_accounts.notice, name="zalo_notice"),
    path(ONE + "thong-bao/", zalo_orders.notify, name="notify_zalo_account"),
    path(ONE + "hoat-dong/", zalo_orders.activate, name="activate_zalo_account"),
    path(ONE + "chuyen/", zalo_orders.move, name="move_zalo_account"),
    path(ONE + "doi-ten/", zalo_orders.rename, name="rename_zalo_account"),
    path(ONE + "quan-tri/", zalo_orders.add_keeper, name="name_zalo_keeper"),
    path(ONE + "quan-tri/<int:keeper_id>/thoi/", zalo_orders.drop_keeper, name="end_zalo_keeper"),
    path(ONE + "xin-quyen/", zalo_grants.ask, name="ask_zalo_grant"),
    path(HOME + "cap-quyen/", zalo_grants.returned, name="zalo_granted"),
    path(HOME + "cap-quyen/nhan/", zalo_grants.take, name="take_zalo_grant"),
    path(HOME + "nguoi-dan/", zalo_people.people, name="zalo_people"),
    path(HOME + "nguoi-dan/ma/", zalo_people.give_code, name="give_link_code"),
    path(HOME + "nguoi-dan/<int:link_id>/huy/", zalo_people.unlink, name="unlink_citizen"),
    path(HOME + "mau-tin/", zalo_people.templates, name="zalo_templates"),
    path(HOME + "mau-tin/<int:template_id>/", zalo_people.set_state, name="set_zalo_template"),
    path(HOME + "mao-danh/bao/", impostors.report, name="report_impostor"),
    path(CASE, impostors.case, name="impostor_case"),
    path(CASE + "xac-minh/", impostors.ask, name="ask_verification"),
    path(CASE + "ket-qua/", impostors.answer, name="note_verification"),
    path(CASE + "bao-cao/", impostors.forward, name="forward_impostor"),
    path(POSTS, articles.articles, name="articles"),
    path(POSTS + "soan/", articles.write, name="write_article"),
    path(POST, articles.article, name="article"),
    path(POST + "sua/", articles.change, name="change_article"),
    path(POST + "trinh/", articles.submit, name="submit_article"),
    path(POST + "duyet/", articles.approve, name="approve_article"),
    path(POST + "tra-lai/", articles.send_back, name="send_back_article"),
    path(POST + "go/", articles.remove, name="remove_article"),
    path(POST + "gui/", articles.ask_sending, name="ask_broadcast"),
    path(POST + "duyet-gui/", articles.approve_sending, name="approve_broadcast"),
]
