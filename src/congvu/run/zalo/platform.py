"""A double of Zalo's platform, as strict as what is known of the real one; no legal value.

Rules only: tokens, windows, quotas, templates, webhooks. `server` puts them
behind HTTP and shows the citizens' telephones. The tests and the demonstration use the same double.
Answers are Zalo's own: HTTP 200 always, `error` says what is wrong, numbers of time are texts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from congvu.kit import clock
from congvu.run.zalo.articles import Articles
from congvu.run.zalo.rows import Bond, Citizen, Hook, Line, Oa, Refused, Template, ms

CODE_LIVES, ACCESS_LIVES, REFRESH_LIVES = 600, 90_000, 90 * 86_400
WINDOW, FREE_TIME, FREE_MESSAGES = 7 * 86_400, 48 * 3_600, 8
LONGEST_TEXT = 2_000
RETRIES = (30, 300, 900, 1_800, 3_600)
ANSWER_WITHIN = 2.0
Poster = Callable[[bytes, dict[str, str]], tuple[int, float]]


class ZaloDouble(Articles):
    """The platform; `moment` reads its clock, and tests move `offset` (seconds)."""

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        oa_secret: str,
        redirect: str = "",
        moment: Callable[[], datetime] = clock.now,
    ) -> None:
        super().__init__()
        self.app_id, self.app_secret, self.oa_secret = app_id, app_secret, oa_secret
        self.redirect, self.moment = redirect, moment
        self.offset = 0.0
        self.oas: dict[str, Oa] = {}
        self.citizens: dict[str, Citizen] = {}
        self.templates: dict[str, Template] = {}
        self.codes: dict[str, tuple[str, str, float]] = {}
        self.access: dict[str, tuple[str, float]] = {}
        self.refresh: dict[str, tuple[str, float]] = {}
        self.spent: set[str] = set()
        self.tracking: dict[str, dict[str, Any]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.hooks: list[Hook] = []
        self.refused: list[str] = []  # webhooks given up, in words
        self.needs_proof = False
        self.breaks = ""  # the next call: "http500", "slow", "text", "cut"
        self.dropped = 0.0  # the share of receipts that never come
        self.shuffles = self.doubles = False
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.dice = random.Random(3)  # noqa: S311 (chance of the double, no secret)

    def now(self) -> float:
        """Seconds of the platform's clock."""
        return self.moment().timestamp() + self.offset

    # --- grants and tokens -----------------------------------------------------------------------

    def grant(self, oa_id: str, asked: dict[str, str]) -> str:
        """The administrator of the OA presses "Cho phép": the address to go back to, less state."""
        if asked.get("app_id") != self.app_id or asked.get("redirect_uri") != self.redirect:
            raise Refused(-14001, "Invalid app id or redirect uri")
        if len(asked.get("code_challenge", "")) != 43:
            raise Refused(-14002, "Invalid code challenge")
        code = secrets.token_urlsafe(48)
        self.codes[code] = (oa_id, asked["code_challenge"], self.now() + CODE_LIVES)
        return code

    def token(self, form: dict[str, str], secret_key: str) -> dict[str, Any]:
        """Code or refresh token against a new pair; both serve once."""
        if not hmac.compare_digest(secret_key, self.app_secret):
            return _oauth(-14004, "Invalid secret key")
        if form.get("app_id") != self.app_id:
            return _oauth(-14001, "Invalid app id")
        if form.get("grant_type") == "authorization_code":
            return self._by_code(form)
        if form.get("grant_type") == "refresh_token":
            return self._by_refresh(form)
        return _oauth(-14005, "Invalid grant type")

    def _by_code(self, form: dict[str, str]) -> dict[str, Any]:
        known = self.codes.pop(form.get("code", ""), None)
        if known is None or known[2] < self.now():
            return _oauth(-14006, "Invalid authorization code")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != known[1]:
            return _oauth(-14007, "Invalid code verifier")
        return self._pair(known[0])

    def _by_refresh(self, form: dict[str, str]) -> dict[str, Any]:
        given = form.get("refresh_token", "")
        known = self.refresh.pop(given, None)
        if given in self.spent or known is None or known[1] < self.now():
            return _oauth(-14014, "Invalid refresh token")
        self.spent.add(given)
        return self._pair(known[0])

    def _pair(self, oa_id: str) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(60), secrets.token_urlsafe(60)
        self.access[access] = (oa_id, self.now() + ACCESS_LIVES)
        self.refresh[refresh] = (oa_id, self.now() + REFRESH_LIVES)
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(ACCESS_LIVES)}

    def oa_of(self, token: str, proof: str) -> str:
        """Whose token it is."""
        known = self.access.get(token)
        if known is None:
            raise Refused(-216, "Access token is invalid")
        if known[1] < self.now():
            raise Refused(-220, "Access token has expired")
        made = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if (proof or self.needs_proof) and not hmac.compare_digest(proof, made):
            raise Refused(-242, "appsecret_proof is invalid")
        return known[0]

    # --- sending ---------------------------------------------------------------------------------

    def send(self, oa_id: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """A message of the OA: cs, transaction or promotion."""
        oa, user_id = self.may("message", oa_id), _text(body.get("recipient"), "user_id")
        citizen = self.citizens.get(user_id)
        bond = citizen.bonds.get(oa_id) if citizen else None
        if citizen is None or bond is None:
            raise Refused(-201, "user_id is invalid")
        if bond.left:
            raise Refused(-213, "User has not followed OA")
        if bond.blocks:
            raise Refused(-244, "User has restricted this type of message from your OA")
        words, shown = self._file(body) or _words(kind, body)
        price = self._check(kind, bond)
        if oa.month_quota <= 0:
            raise Refused(-211, "Out of quota")
        self._pay(oa, price)
        oa.month_quota -= 1
        line = self.say(oa_id, user_id, words, shown)
        self._receipts(oa_id, user_id, line)
        return {"message_id": line.msg_id, "user_id": user_id, "quota": {"owner_type": "OA"}}

    def _file(self, body: dict[str, Any]) -> tuple[str, str] | None:
        """A file is sent by the token of its upload, which expires."""
        attachment = (body.get("message") or {}).get("attachment") or {}
        if attachment.get("type") != "file":
            return None
        if self.uploads.get(_text(attachment.get("payload"), "token"), 0) < self.now():
            raise Refused(-100, "token has expired")
        return "Tệp", "file"

    def _check(self, kind: str, bond: Bond) -> int:
        """The price of the message now, or why it may not be sent."""
        if kind == "promotion":
            return self._promotion(bond)
        if kind == "transaction":
            if not bond.follows:
                raise Refused(-213, "User has not followed OA")
            return 0
        if bond.last_at is None:
            raise Refused(-232, "User has no interaction with OA")
        if self.now() - bond.last_at > WINDOW:
            raise Refused(-230, "User has not interacted with the OA in the past 7 days")
        is_free = self.now() - bond.last_at <= FREE_TIME and bond.free_used < FREE_MESSAGES
        bond.free_used += 1
        return 0 if is_free else 55

    def _promotion(self, bond: Bond) -> int:
        if not bond.follows:
            raise Refused(-213, "User has not followed OA")
        hour = clock.local(datetime.fromtimestamp(self.now(), UTC)).hour
        if hour >= 22 or hour < 6:
            raise Refused(-234, "Promotion messages are not allowed from 22:00 to 6:00")
        if bond.promotions_today >= 3:
            raise Refused(-218, "User has reached the quota of receiving messages")
        bond.promotions_today += 1
        return 0

    def _pay(self, oa: Oa, price: int) -> None:
        if not price:
            return
        if not oa.has_zca:
            raise Refused(-320, "OA is not linked to a ZCA")
        if oa.credit < price:
            raise Refused(-321, "ZCA is out of money")
        oa.credit -= price

    def send_template(self, oa_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """A message by an approved template, to a telephone number (84…) or a user_id."""
        oa, template = self.may("zns", oa_id), self.templates.get(str(body.get("template_id", "")))
        phone, user_id = str(body.get("phone", "")), str(body.get("user_id", ""))
        tracking = body.get("tracking_id")
        if not isinstance(tracking, str) or not 0 < len(tracking) <= 48:
            raise Refused(-117, "tracking_id is invalid")
        if phone and not (phone.isdigit() and phone.startswith("84") and len(phone) == 11):
            raise Refused(-108, "Phone number is invalid")
        if template is None or template.oa_id != oa_id:
            raise Refused(-112, "Template does not exist")
        if template.state != "ENABLE":
            raise Refused(-131, "Template is not approved")
        _check_params(template, body.get("template_data"))
        found = {one.phone: key for key, one in self.citizens.items() if one.phone}
        user_id = user_id or found.get(phone, "")
        if user_id not in self.citizens:
            raise Refused(-118, "Zalo account does not exist")
        if oa.zns_quota <= 0:
            raise Refused(-144, "OA has reached the daily quota")
        self._pay(oa, template.price)
        oa.zns_quota -= 1
        words = "; ".join(f"{name}: {value}" for name, value in body["template_data"].items())
        line = self.say(oa_id, user_id, words, "zns")
        known = {"delivery_time": "", "status": 0, "message": "Sent"}
        self.tracking[line.msg_id] = known
        self._zns_receipt(oa_id, line, tracking, known)
        quota = {"dailyQuota": str(oa.zns_quota + 1), "remainingQuota": str(oa.zns_quota)}
        return {"msg_id": line.msg_id, "sent_time": ms(line.at), "quota": quota}

    def may(self, api: str, oa_id: str) -> Oa:
        oa = self.oas.get(oa_id)
        if oa is None:
            raise Refused(-205, "OA does not exist")
        if api not in oa.apis:
            raise Refused(-212, "OA has not been granted this API")
        if not oa.is_verified:
            raise Refused(-221, "OA has not been verified")
        return oa

    # --- conversations and events ----------------------------------------------------------------

    def say(self, oa_id: str, user_id: str, words: str, kind: str) -> Line:
        line = Line(True, words, self.now(), secrets.token_hex(10), kind)
        self.citizens[user_id].lines.setdefault(oa_id, []).append(line)
        return line

    def citizen_sends(self, user_id: str, oa_id: str, text: str, **more: Any) -> str:
        """The citizen writes to the OA; `more`: event and attachments of another kind."""
        citizen = self.citizens[user_id]
        bond = citizen.bonds.setdefault(oa_id, Bond())
        bond.last_at, bond.free_used = self.now(), 0
        line = Line(False, text, self.now(), secrets.token_hex(10))
        attachments = more.get("attachments", [])
        if attachments:
            line.kind, line.url = "file", attachments[0]["payload"].get("url", "")
        citizen.lines.setdefault(oa_id, []).append(line)
        message: dict[str, Any] = {"msg_id": line.msg_id, "text": text}
        if attachments:
            message["attachments"] = attachments
        self.tell(
            more.get("event", "user_send_text"),
            {"sender": {"id": user_id}, "recipient": {"id": oa_id}, "message": message},
        )
        return line.msg_id

    def follow(self, user_id: str, oa_id: str, *, follows: bool = True) -> None:
        """The citizen begins or ends following the OA."""
        bond = self.citizens[user_id].bonds.setdefault(oa_id, Bond())
        bond.follows = follows
        bond.left = not follows
        said = {"follower": {"id": user_id}, "oa_id": oa_id, "source": "oa_profile"}
        self.tell("follow" if follows else "unfollow", said)

    def shares_info(self, user_id: str, oa_id: str) -> None:
        """The citizen answers the request for name and number."""
        citizen = self.citizens[user_id]
        citizen.bonds.setdefault(oa_id, Bond()).last_at = self.now()
        info = {"name": citizen.name, "phone": citizen.phone, "address": "", "city": ""}
        said = {"sender": {"id": user_id}, "recipient": {"id": oa_id}, "info": info}
        self.tell("user_submit_info", said)

    def sees(self, user_id: str, oa_id: str) -> None:
        """The citizen opens the conversation."""
        lines = self.citizens[user_id].lines.get(oa_id, [])
        new = [line for line in lines if line.is_from_oa and not line.is_seen]
        for line in new:
            line.is_seen = True
        if new and not self._lost():
            said = {"sender": {"id": oa_id}, "recipient": {"id": user_id}}
            self.tell(
                "user_seen_message", {**said, "message": {"msg_ids": [n.msg_id for n in new]}}
            )

    def _receipts(self, oa_id: str, user_id: str, line: Line) -> None:
        if not self._lost():
            said = {"sender": {"id": oa_id}, "recipient": {"id": user_id}}
            self.tell("user_received_message", {**said, "message": {"msg_id": line.msg_id}})

    def _zns_receipt(self, oa_id: str, line: Line, tracking: str, known: dict[str, Any]) -> None:
        known["delivery_time"], known["status"] = ms(line.at + 1), 1
        if not self._lost():
            message = {
                "delivery_time": known["delivery_time"],
                "msg_id": line.msg_id,
                "tracking_id": tracking,
            }
            self.tell("user_received_message", {"oa_id": oa_id, "message": message})

    def _lost(self) -> bool:
        return self.dice.random() < self.dropped

    def tell(self, name: str, said: dict[str, Any]) -> None:
        """Queue an event for the webhook, as the flags say: twice, out of order."""
        body = {
            "app_id": self.app_id,
            "user_id_by_app": "552177279717587730",
            "event_name": name,
            "timestamp": ms(self.now()),
            **said,
        }
        hook = Hook(json.dumps(body, ensure_ascii=False).encode(), self.now())
        copies = [hook, Hook(hook.body, hook.due)] if self.doubles else [hook]
        self.hooks = [*copies, *self.hooks] if self.shuffles else [*self.hooks, *copies]

    def signature(self, body: bytes) -> str:
        """The header of an event: a plain SHA-256 over app id, body, time and the OA's secret."""
        moment = str(json.loads(body)["timestamp"])
        mixed = self.app_id.encode() + body + moment.encode() + self.oa_secret.encode()
        return f"mac={hashlib.sha256(mixed).hexdigest()}"

    def deliver(self, post: Poster) -> int:
        """Hand over what is due; what is not answered with 200 within two seconds comes again."""
        due = [hook for hook in self.hooks if hook.due <= self.now()]
        for hook in due:
            headers = {
                "X-ZEvent-Signature": self.signature(hook.body),
                "Content-Type": "application/json",
            }
            if hook.tries:
                headers["num_retry"] = str(hook.tries)
            status, seconds = post(hook.body, headers)
            if status == 200 and seconds <= ANSWER_WITHIN:
                self.hooks.remove(hook)
            elif hook.tries >= len(RETRIES):
                self.hooks.remove(hook)
                self.refused.append(f"{status} after {seconds:.1f} s")
            else:
                hook.due, hook.tries = self.now() + RETRIES[hook.tries], hook.tries + 1
        return len(due)


def _check_params(template: Template, given: Any) -> None:
    if not isinstance(given, dict) or set(given) != set(template.params):
        raise Refused(-132, "Template data is invalid: missing or unknown parameter")
    for name, longest in template.params.items():
        if not isinstance(given[name], str) or not 0 < len(given[name]) <= longest:
            raise Refused(-133, f"Parameter {name} is invalid")


def _words(kind: str, body: dict[str, Any]) -> tuple[str, str]:
    """What is shown on the telephone, and of which kind."""
    message = body.get("message") or {}
    if kind == "cs" and isinstance(message.get("text"), str) and message["text"]:
        if len(message["text"]) > LONGEST_TEXT:
            raise Refused(-210, "Text is too long")
        return message["text"], "text"
    payload = (message.get("attachment") or {}).get("payload") or {}
    wanted = {"cs": "request_user_info", "transaction": "transaction_order"}.get(kind, kind)
    if payload.get("template_type") != wanted or not payload.get("elements"):
        raise Refused(-201, "message is invalid")
    if kind == "cs":
        return str(payload["elements"][0].get("title", "")), "request"
    if payload.get("language") != "VI":
        raise Refused(-201, "language is invalid")
    return "\n".join(_element(one) for one in payload["elements"]), kind


def _element(one: dict[str, Any]) -> str:
    content = one.get("content", "")
    if one.get("type") == "table":
        return "\n".join(f"{row['key']}: {row['value']}" for row in content)
    return str(content)


def _text(found: Any, name: str) -> str:
    value = found.get(name) if isinstance(found, dict) else None
    if not isinstance(value, str) or not value:
        raise Refused(-201, f"{name} is invalid")
    return value


def _oauth(error: int, name: str) -> dict[str, Any]:
    return {"error": error, "error_name": name, "error_description": name}
