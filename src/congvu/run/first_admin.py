"""`congvu first-admin`: print the one-time token of a fresh installation (S.09)."""

from __future__ import annotations

from django.conf import settings

from congvu.accounts.first_admin import offer_first_admin
from congvu.accounts.queries import policy
from congvu.kit import clock
from congvu.kit.refusal import Refusal


def main(args: list[str]) -> int:
    """0: the token is printed; 1: there is an administrator already."""
    at = clock.now()
    try:
        token = offer_first_admin(at=at)
    except Refusal as refusal:
        print(f"{refusal.say} (Mã: {refusal.code})")
        return 1
    print(
        f"Mã khởi tạo (dùng một lần, trong {policy(at)['first_admin.hours']} giờ):\n\n  {token}\n"
    )
    print(f"Mở {settings.PUBLIC_ADDRESS}/quan-tri-dau-tien/ và nhập mã này.")
    return 0
