"""Zalo: the right to speak for an account, people known there, links, approved templates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from congvu.channels.models.consent import Consent
from congvu.channels.models.provider import RESTRICT, Provider
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.kit.vault import SealedJSONField
from congvu.rules.clauses import clause


class ZaloGrant(Row):
    """The right that Zalo gave us to send and read for one account (quyền dùng tài khoản Zalo).

    `tokens`: {"access", "refresh"}, sealed. A refresh token serves once: `spending_since` says that
    the present one is on its way to Zalo, so that a death in between is seen afterwards. `pending`:
    {"state", "verifier", "code"} while the administrator is at Zalo.
    """

    class State(TextChoices):
        WAITING = "waiting", "chờ cấp quyền"
        READY = "ready", "đang dùng"
        BROKEN = "broken", "cần cấp quyền lại"
        ENDED = "ended", "đã ngừng"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    account = models.ForeignKey("systems.OfficialAccount", RESTRICT, related_name="+")
    provider = models.ForeignKey(Provider, RESTRICT, related_name="+")
    oa_id = models.CharField(max_length=40)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tokens: Any = SealedJSONField(null=True)
    expires_at = models.DateTimeField(null=True)  # of the access token
    refresh_until = models.DateTimeField(null=True)
    spending_since = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    pending: Any = SealedJSONField(null=True)
    pending_state = models.CharField(max_length=64, blank=True, default="")  # hash of the state
    pending_until = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True, default="")
    granted_at = models.DateTimeField(null=True)
    templates_left = models.IntegerField(null=True)  # of the day's quota, as Zalo last said
    templates_left_at = models.DateTimeField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = "quyền dùng tài khoản Zalo"
        constraints = [
            models.UniqueConstraint(
                fields=["oa_id"], condition=~Q(state="ended"), name="one_grant_an_oa"
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=~Q(state="ended"), name="one_grant_an_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"OA {self.oa_id}"


class ZaloContact(Row):
    """A person as one account knows them: the id is that account's alone (người dân trên Zalo)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    grant = models.ForeignKey(ZaloGrant, RESTRICT, related_name="contacts")
    user_id = models.CharField(max_length=60)
    name = models.CharField(max_length=250, blank=True, default="")
    shared = models.JSONField(default=dict)  # what the person sent by "chia sẻ thông tin"
    follows = models.BooleanField(default=False)
    followed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    last_word_at = models.DateTimeField(null=True)  # the window of consultation begins here
    sent_since = models.IntegerField(default=0)  # consultation messages since then

    class Meta:
        verbose_name = "người dân trên Zalo"
        constraints = [
            models.UniqueConstraint(fields=["grant", "user_id"], name="one_contact_an_account")
        ]

    def __str__(self) -> str:
        return self.name or self.user_id


@clause("QC.6.2.b")
class ZaloLinkCode(Row):
    """A code that serves once: whoever sends it to the account is linked (mã liên kết Zalo)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=120)
    phone = models.CharField(max_length=15, blank=True, default="")
    reference = models.CharField(max_length=120, blank=True, default="")  # dossier, appointment
    text = models.CharField(max_length=2000)  # what the person was shown
    text_version = models.CharField(max_length=40)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mã liên kết Zalo"

    def __str__(self) -> str:
        return self.full_name


@clause("QC.6.2.b")
class ZaloLink(Row):
    """A citizen joined to an account by their own message with a code (liên kết Zalo)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    contact = models.ForeignKey(ZaloContact, RESTRICT, related_name="links")
    code = models.OneToOneField(ZaloLinkCode, RESTRICT, related_name="link")
    consent = models.ForeignKey(Consent, RESTRICT, related_name="+")
    full_name = models.CharField(max_length=120)
    linked_at = models.DateTimeField()
    unlinked_at = models.DateTimeField(null=True)
    unlinked_why = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        verbose_name = "liên kết Zalo"
        ordering = ["-linked_at", "-id"]

    def __str__(self) -> str:
        return self.full_name


class ZaloTemplate(Row):
    """A template of messages that Zalo approves before use (mẫu tin Zalo).

    `params`: [{"name", "label", "longest"}]: exactly these are sent, each within its length.
    """

    class State(TextChoices):
        PENDING = "pending", "chờ Zalo duyệt"
        APPROVED = "approved", "đã duyệt"
        REJECTED = "rejected", "bị từ chối"
        STOPPED = "stopped", "ngừng dùng"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    template_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    text = models.CharField(max_length=1000)
    params = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "mẫu tin Zalo"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "template_id"], name="one_zalo_template")
        ]

    def __str__(self) -> str:
        return self.name
