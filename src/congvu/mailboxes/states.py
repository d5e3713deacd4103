"""Where a letter lies in a mailbox, and the words of a recipient's part."""

from __future__ import annotations

from congvu.kit.choices import TextChoices


class Place(TextChoices):
    """The folders that every mailbox has; OWN is one that its owner made."""

    INBOX = "inbox", "Đến"
    SENT = "sent", "Đã gửi"
    ARCHIVE = "archive", "Lưu trữ"
    TRASH = "trash", "Thùng rác"
    OWN = "own", "Thư mục riêng"


class Part(TextChoices):
    """Whom a letter asks to act, and whom it only informs."""

    TO = "to", "Gửi"
    COPY = "copy", "Đồng gửi"
