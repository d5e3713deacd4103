"""Addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from congvu.web.desk import (
    account,
    my_certificates,
    plugin_signing,
    signing_in,
    signing_providers,
)

PROVIDERS = "quan-tri/dich-vu-ky-so/"

urlpatterns = [
    path("dang-nhap/", signing_in.sign_in, name="sign_in"),
    path("xac-thuc/", signing_in.factor, name="factor"),
    path("xac-thuc/dang-ky/", signing_in.enrol_factor, name="enrol_factor"),
    path("doi-mat-khau/", signing_in.change_password, name="change_password"),
    path("dang-xuat/", signing_in.sign_out, name="sign_out"),
    path("tiep-tuc/<int:kept_id>/", signing_in.show_kept_input, name="kept_input"),
    path("quan-tri-dau-tien/", signing_in.first_admin, name="first_admin"),
    path("tai-khoan/", account.account, name="account"),
    path("tai-khoan/ky-so/", plugin_signing.signing_way, name="signing_way"),
    path(
        "tai-khoan/ky-so/chung-thu/",
        plugin_signing.register_certificate,
        name="register_own_certificate",
    ),
    path("tai-khoan/vi-tri/<int:posting_id>/", account.switch, name="switch_posting"),
    path("tai-khoan/phien/", account.everywhere, name="sign_out_everywhere"),
    path("tai-khoan/khoa-bao-mat/", account.add_key, name="add_security_key"),
    path("tai-khoan/chung-thu-so/", my_certificates.certificates, name="my_certificates"),
    path("tai-khoan/chung-thu-so/tim/", my_certificates.find, name="find_certificates"),
    path(
        "tai-khoan/chung-thu-so/dang-ky/",
        my_certificates.register,
        name="register_remote_certificate",
    ),
    path(
        "tai-khoan/chung-thu-so/<int:certificate_id>/dung/",
        my_certificates.use,
        name="use_certificate",
    ),
    path(PROVIDERS, signing_providers.providers, name="signing_providers"),
    path(PROVIDERS + "them/", signing_providers.add, name="add_signing_provider"),
    path(PROVIDERS + "<int:provider_id>/", signing_providers.provider, name="signing_provider"),
    path(
        PROVIDERS + "<int:provider_id>/thu/", signing_providers.try_it, name="try_signing_provider"
    ),
    path(
        PROVIDERS + "<int:provider_id>/dung/",
        signing_providers.switch,
        name="switch_signing_provider",
    ),
    path("tai-khoan/go-xac-thuc/", account.drop_factor, name="remove_factor"),
]
