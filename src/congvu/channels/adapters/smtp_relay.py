"""Official mail to the province's relay by authenticated submission (RFC 6409, 3461, 3834).

Sent is when the relay answers 250 to the end of the data; its line is kept as evidence. Delivery
reports come back to a bounce address of each message, named by ENVID, and are read by the mail
edge. A line that breaks after the data may have gone is "unknown", never tried again by itself.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from mimetypes import guess_type
from typing import Any

import dkim

from congvu.channels.adapters.one_by_one import one_by_one
from congvu.channels.types import MAIL, Outcome, Outgoing, ProviderFacts, Result, SecretField
from congvu.kit import blobs, clock

SECONDS = 15.0
STRANGE = "Máy chủ thư trả lời không đúng giao thức SMTP."
# Seven bits: a server on the way that cannot carry eight would write the text anew and break the
# signature.
ON_THE_LINE = policy.SMTP.clone(cte_type="7bit")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,300}>")
_DSN = ("RET=HDRS", "NOTIFY=SUCCESS,FAILURE,DELAY")


class SmtpRelay:
    """The way out of official mail."""

    WORDS, CHANNEL = "Máy chủ thư (SMTP)", MAIL
    is_idempotent = False
    FIELDS = (
        SecretField("host", "Máy chủ chuyển tiếp", "Ví dụ smtp.phuyen.gov.vn", is_required=True),
        SecretField("port", "Cổng", "Bỏ trống: 587."),
        SecretField(
            "tls",
            "Mã hóa đường truyền",
            choices=(("", "STARTTLS"), ("none", "Không mã hóa, trong mạng nội bộ")),
        ),
        SecretField("user", "Tài khoản"),
        SecretField("password", "Mật khẩu", is_hidden=True),
        SecretField("domain", "Tên miền gửi", "Ví dụ phuyen.gov.vn", is_required=True),
        SecretField("dkim_selector", "DKIM: tên khóa"),
        SecretField("dkim_key", "DKIM: khóa bí mật (PEM)", is_hidden=True, is_long=True),
    )

    def send(self, provider: ProviderFacts, items: Sequence[Outgoing]) -> Sequence[Outcome]:
        """All items over one connection; each has its own answer."""
        try:
            relay = _connected(provider.secrets)
        except (OSError, smtplib.SMTPException) as fault:
            down = Outcome(Result.TEMPORARY, said=_words(fault), is_provider_down=True)
            return [down for _ in items]
        try:
            return one_by_one(lambda item: _sent(relay, provider.secrets, item), items)
        finally:
            relay.close()

    def ask(self, provider: ProviderFacts, item: Outgoing) -> Outcome | None:
        """A relay cannot be asked; the delivery report tells."""
        return None


def _connected(secrets: Any) -> smtplib.SMTP:
    port = int(secrets.get("port", 587))
    relay = smtplib.SMTP(secrets["host"], port, timeout=SECONDS, local_hostname=_domain(secrets))
    if secrets.get("tls", "starttls") == "starttls":
        relay.starttls(context=ssl.create_default_context(cafile=secrets.get("ca_file")))
    if secrets.get("user"):
        relay.login(secrets["user"], secrets["password"])
    relay.ehlo_or_helo_if_needed()
    return relay


def _domain(secrets: Any) -> str:
    return str(secrets["domain"])


def _bounce(item: Outgoing, secrets: Any) -> str:
    """Where reports about this one mail come back to."""
    return f"bounce+{item.tracking}@{_domain(secrets)}"


def _sent(relay: smtplib.SMTP, secrets: Any, item: Outgoing) -> Outcome:
    content = written(item, secrets)
    bounce = _bounce(item, secrets)
    mail_options, rcpt_options = [], []
    if relay.has_extn("dsn"):
        mail_options = [_DSN[0], f"ENVID={item.tracking}"]
        rcpt_options = [_DSN[1], f"ORCPT=rfc822;{item.address}"]
    try:
        code, said = relay.mail(bounce, mail_options)
        if code != 250:
            return _refused(relay, code, said)
        code, said = relay.rcpt(item.address, rcpt_options)
        if code not in {250, 251}:
            return _refused(relay, code, said)
    except (OSError, smtplib.SMTPException) as fault:
        return Outcome(Result.TEMPORARY, said=_words(fault), is_provider_down=True)
    try:
        code, said = relay.data(content)
    except smtplib.SMTPDataError as fault:
        return _refused(relay, fault.smtp_code, fault.smtp_error)
    except (OSError, smtplib.SMTPException) as fault:
        return Outcome(Result.UNKNOWN, said=_words(fault))
    if 400 <= code < 600:
        return _refused(relay, code, said)
    if code != 250:
        return Outcome(Result.UNKNOWN, code=str(code), said=STRANGE)
    line = f"{code} {said.decode('utf-8', 'replace')}"
    return Outcome(Result.ACCEPTED, external_id=_queue_id(line), at=clock.now(), raw=line.encode())


def _refused(relay: smtplib.SMTP, code: int, said: bytes | str) -> Outcome:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    try:
        relay.rset()
    except (OSError, smtplib.SMTPException):
        return Outcome(Result.TEMPORARY, code=str(code), said=words, is_provider_down=True)
    if not 400 <= code < 600:
        return Outcome(Result.TEMPORARY, code=str(code), said=STRANGE, is_provider_down=True)
    result = Result.PERMANENT if code >= 500 else Result.TEMPORARY
    return Outcome(result, code=str(code), said=words[:500], raw=f"{code} {words}".encode())


def _queue_id(line: str) -> str:
    _, found, rest = line.partition("queued as ")
    return rest.split()[0].strip(".;") if found and rest.split() else ""


def _words(fault: Exception) -> str:
    return f"Không gửi được qua máy chủ thư: {type(fault).__name__}."


def written(item: Outgoing, secrets: Any) -> bytes:
    """The mail as it goes over the line, signed with the domain's DKIM key where there is one."""
    text = item.text
    mail = EmailMessage(policy=ON_THE_LINE)
    mail["From"] = formataddr((_one_line(text.get("from_name", "")), text["from_address"]))
    mail["To"] = formataddr((_one_line(item.to_name), item.address))
    mail["Subject"] = _one_line(text["subject"])
    mail["Date"] = format_datetime(clock.local(clock.now()))
    mail["Message-ID"] = f"<{item.tracking}@{_domain(secrets)}>"
    if _MESSAGE_ID.fullmatch(answered := text.get("in_reply_to", "")):
        mail["In-Reply-To"] = mail["References"] = answered
    if text.get("is_automatic"):
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    elif not text.get("is_personal"):
        mail["Auto-Submitted"] = "no"
    if text.get("asks_opened"):  # RFC 8098: answered only where it is the envelope's sender too
        mail["Disposition-Notification-To"] = f"<{_bounce(item, secrets)}>"
    mail.set_content(text["text"] + _way_out_of_it(mail, text))
    for sha256, name in item.files:
        kind, _, subtype = (guess_type(name)[0] or "").partition("/")
        if kind not in {"application", "image"}:
            kind, subtype = "application", "octet-stream"
        mail.add_attachment(blobs.read(sha256), maintype=kind, subtype=subtype, filename=name)
    content = mail.as_bytes(policy=ON_THE_LINE.clone(max_line_length=998))
    return _signed(content, secrets)


def _way_out_of_it(mail: EmailMessage, text: Any) -> str:
    """Whoever agreed to be written to ends it with one click (RFC 8058), also without a program
    that knows the header."""
    if not text.get("withdrawal_url"):
        return ""
    mail["List-Unsubscribe"] = f"<{text['withdrawal_url']}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return f"\n\n--\nKhông muốn nhận nữa: {text['withdrawal_url']}\n"


def _one_line(words: str) -> str:
    """A header's words; a line break in them would begin another header."""
    return " ".join(words.split())


def _signed(content: bytes, secrets: Any) -> bytes:
    if not secrets.get("dkim_key"):
        return content
    signature = dkim.sign(
        content,
        str(secrets["dkim_selector"]).encode(),
        _domain(secrets).encode(),
        str(secrets["dkim_key"]).encode(),
        include_headers=[
            *(b"from", b"to", b"subject", b"date", b"message-id", b"auto-submitted"),
            *(b"in-reply-to", b"references", b"mime-version", b"content-type"),
            b"disposition-notification-to",
            *(b"list-unsubscribe", b"list-unsubscribe-post"),
        ],
    )
    return bytes(signature) + content
