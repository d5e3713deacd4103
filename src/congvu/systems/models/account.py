"""Accounts of agencies on Zalo: notice first, then the account; who answers; who imitates them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


@clause("QC.6.2.c")
class OfficialAccount(Row):
    """An agency's account on the social network Zalo (tài khoản mạng xã hội Zalo).

    The notice to the authority comes before the account: `notice_document_id` names the issued
    document where it was made in this system. `oa_id` is the platform's own name of the account.
    """

    class State(TextChoices):
        PLANNED = "planned", "dự kiến"
        NOTIFIED = "notified", "đã thông báo"
        ACTIVE = "active", "hoạt động"
        SUSPENDED = "suspended", "tạm ngừng"
        CLOSED = "closed", "đã đóng"
        MERGED = "merged", "đã sáp nhập"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    name = models.CharField(max_length=250)
    phone = models.CharField(max_length=20)
    domain = models.CharField(max_length=120)
    purpose = models.CharField(max_length=1000)
    other = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    notice_number = models.CharField(max_length=60, blank=True, default="")
    notice_on = models.DateField(null=True)
    notice_to = models.CharField(max_length=250, blank=True, default="")
    notice_document_id = models.BigIntegerField(null=True)
    oa_id = models.CharField(max_length=40, blank=True, default="")
    opened_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        verbose_name = "tài khoản Zalo của cơ quan"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["oa_id"],
                condition=~Q(oa_id="") & ~Q(state__in=["closed", "merged"]),
                name="one_account_an_oa",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "closed"])
                | (~Q(notice_number="") & Q(notice_on__isnull=False)),
                name="account_after_its_notice",
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(opened_on__gte=models.F("notice_on")),
                name="opened_after_the_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccountStep(Row):
    """What happened to an account, who did it, and what stood before (diễn biến tài khoản)."""

    class Act(TextChoices):
        PLANNED = "planned", "lập dự kiến"
        CHANGED = "changed", "sửa thông tin dự kiến"
        NOTIFIED = "notified", "thông báo"
        ACTIVATED = "activated", "đưa vào hoạt động"
        SUSPENDED = "suspended", "tạm ngừng"
        RESUMED = "resumed", "hoạt động trở lại"
        RENAMED = "renamed", "đổi tên"
        MERGED = "merged", "sáp nhập"
        CLOSED = "closed", "đóng"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    account = models.ForeignKey(OfficialAccount, RESTRICT, related_name="steps")
    act = models.CharField(max_length=9, choices=Act.choices)
    text = models.CharField(max_length=1000, blank=True, default="")
    before = models.JSONField(default=dict)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "diễn biến tài khoản Zalo"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.act}"


@clause("QC.10.4")
class AccountKeeper(Row):
    """Who administers the account and answers for what it says, from a day on."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    account = models.ForeignKey(OfficialAccount, RESTRICT, related_name="keepers")
    posting = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    basis = models.CharField(max_length=250)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "quản trị tài khoản Zalo"
        ordering = ["valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "posting"],
                condition=Q(valid_to__isnull=True),
                name="one_keeper_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.posting_id}"


@clause("QC.12.3.b")
class ImpostorCase(Row):
    """An account that takes a state agency's name: verified with the authority, then reported."""

    class State(TextChoices):
        REPORTED = "reported", "mới phát hiện"
        ASKED = "asked", "đã đề nghị xác minh"
        CONFIRMED = "confirmed", "xác minh là mạo danh"
        UNFOUNDED = "unfounded", "không phải mạo danh"
        FORWARDED = "forwarded", "đã báo cáo xử lý"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    incident = models.ForeignKey("incidents.Incident", RESTRICT, related_name="+")
    name = models.CharField(max_length=250)
    link = models.CharField(max_length=500, blank=True, default="")
    said = models.CharField(max_length=1000)
    state = models.CharField(max_length=9, choices=State.choices, default=State.REPORTED)
    asked_number = models.CharField(max_length=60, blank=True, default="")
    asked_on = models.DateField(null=True)
    answer_number = models.CharField(max_length=60, blank=True, default="")
    answer_on = models.DateField(null=True)
    answer = models.CharField(max_length=1000, blank=True, default="")
    report_number = models.CharField(max_length=60, blank=True, default="")
    report_on = models.DateField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "vụ mạo danh tài khoản"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.name
