"""What a person was told of letters in the agency's mailbox."""

from __future__ import annotations

from congvu.mailboxes.models import MailNotice


def mail_notices(posting_id: int) -> list[MailNotice]:
    """The newest first."""
    found = MailNotice.objects.filter(to_id=posting_id)
    return list(found.order_by("-at", "-id")[:100])
