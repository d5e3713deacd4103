"""Whether a mail speaks for an official without coming from an official mailbox. QC.10.2."""

from __future__ import annotations

import unicodedata
from collections.abc import Set

from congvu.rules.clauses import clause
from congvu.rules.finding import Finding

# Services that give anybody a mailbox; a mailbox there is nobody's official one.
FREE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "yahoo.com.vn",
        "ymail.com",
        "outlook.com",
        "outlook.com.vn",
        "hotmail.com",
        "live.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "zohomail.com",
        "mail.ru",
        "yandex.com",
    }
)


@clause("QC.10.2")
def came_beside_official_mail(
    *,
    address: str,
    name: str,
    is_forged: bool,
    own_domains: Set[str],
    official_names: Set[str],
) -> Finding[bool]:
    """What can be told from the envelope alone: a suspicion for a person to look at, no verdict.

    name: what the sender calls itself; official_names: officials and agencies with a mailbox.
    """
    domain = address.rpartition("@")[2].lower()
    if is_forged and domain in own_domains:
        said = "Người gửi mạo tên miền thư công vụ: máy chủ thư không xác nhận được nguồn gửi."
        return Finding(True, "QC.10.2", "", said)
    is_official = bool(name.strip()) and _plain(name) in {_plain(one) for one in official_names}
    if domain in FREE_MAIL and is_official:
        said = (
            f"Người gửi xưng tên trùng với “{' '.join(name.split())}” trong danh bạ công vụ nhưng "
            f"gửi từ dịch vụ thư miễn phí {domain}. Có thể chỉ là trùng tên: hãy hỏi lại."
        )
        return Finding(True, "QC.10.2", "", said)
    return Finding(False, "QC.10.2", "", "Không có dấu hiệu gửi ngoài hộp thư công vụ.")


def _plain(name: str) -> tuple[str, ...]:
    """The words of a name without diacritics, in no order: mail programs write both ways."""
    text = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(one for one in text if not unicodedata.combining(one))
    return tuple(sorted(letters.split()))
