"""Tables of the mailboxes room."""

from congvu.mailboxes.models.draft import DraftFile, MailDraft
from congvu.mailboxes.models.item import MailFolder, MailItem, MailNote
from congvu.mailboxes.models.letter import Letter, LetterFile, LetterRecipient
from congvu.mailboxes.models.mailbox import AwayAnswer, AwayRule, ImapAccount, Mailbox, OwnedRow
from congvu.mailboxes.models.notice import MailNotice

__all__ = [
    "AwayAnswer",
    "AwayRule",
    "DraftFile",
    "ImapAccount",
    "Letter",
    "LetterFile",
    "LetterRecipient",
    "MailDraft",
    "MailFolder",
    "MailItem",
    "MailNote",
    "MailNotice",
    "Mailbox",
    "OwnedRow",
]
