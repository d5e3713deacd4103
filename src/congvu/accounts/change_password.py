"""Change one's own password: the rules of strength, age and history (S.01–S.03)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from congvu.accounts.models import Account, PasswordHistory
from congvu.accounts.queries import Policy, has_factor, policy
from congvu.accounts.sign_out_everywhere import end_sessions
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.rules.clauses import clause


@clause("S.01", "S.02", "S.03")
def change_password(*, visit: Visit, old_password: str, new_password: str, at: datetime) -> None:
    """Set a new password; every other session of the account ends."""
    with transaction.atomic():
        rules = policy(at)
        account = Account.objects.select_for_update(of=("self",)).get(id=visit.account_id)

        refuse_unless(check_password(old_password, account.password_hash), "accounts.E023")
        refuse_weak(
            new_password,
            username=account.username,
            with_factor=account.is_admin or has_factor(account.id),
            rules=rules,
        )
        count = rules["password.admin_history" if account.is_admin else "password.staff_history"]
        refuse_if(_was_used(account, new_password, count), "accounts.E022", count=count)

        PasswordHistory.objects.create(
            account=account, password_hash=account.password_hash, replaced_at=at
        )
        account.password_hash = make_password(new_password)
        account.password_changed_at = at
        account.must_change = False
        account.save(update_fields=["password_hash", "password_changed_at", "must_change"])
        end_sessions(account.id, "password", at, but_session_id=visit.session_id)

        write_entry("account.password_changed", by=visit.who, at=at, on=("account", account.id))


@clause("S.01")
def refuse_weak(password: str, *, username: str, with_factor: bool, rules: Policy) -> None:
    """Refuse a password that is too short, lacks a class of characters or repeats the name."""
    length = rules[
        "password.length_with_factor" if with_factor else "password.length_without_factor"
    ]
    why = "tài khoản có xác thực hai lớp" if with_factor else "tài khoản chưa có xác thực hai lớp"
    refuse_if(len(password) < length, "accounts.E020", length=length, why=why)
    missing = ", ".join(_missing_classes(password))
    refuse_if(missing, "accounts.E021", missing=missing)
    refuse_if(username and username in password.lower(), "accounts.E025")


def _missing_classes(password: str) -> list[str]:
    classes = {
        "chữ thường": any(letter.islower() for letter in password),
        "chữ hoa": any(letter.isupper() for letter in password),
        "chữ số": any(letter.isdigit() for letter in password),
        "ký tự đặc biệt": any(not letter.isalnum() for letter in password),
    }
    return [name for name, present in classes.items() if not present]


@clause("S.03")
def _was_used(account: Account, password: str, count: int) -> bool:
    """Whether the password is among the last `count`, the present one included."""
    earlier = PasswordHistory.objects.filter(account=account).order_by("-id")[: max(count - 1, 0)]
    hashes = [account.password_hash, *(row.password_hash for row in earlier)]
    return any(check_password(password, one) for one in hashes)
