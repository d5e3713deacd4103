"""Templates with their versions; orders with their rows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.bulk.states import OrderState, RowState, VersionState
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


class MessageTemplate(Row):
    """A text that an agency sends to many, with blanks (mẫu tin)."""

    class Purpose(TextChoices):
        NOTICE = "notice", "thông báo dịch vụ công"
        INTERNAL = "internal", "điều hành nội bộ"
        CAMPAIGN = "campaign", "tuyên truyền, phổ biến"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    started_at = models.DateTimeField()

    class Meta:
        verbose_name = "mẫu tin"
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="one_template_a_name")
        ]

    def __str__(self) -> str:
        return self.name


@clause("QC.7.2")
class TemplateVersion(Row):
    """One wording of a template (phiên bản mẫu tin); once approved it never changes.

    `texts`: {"sms": {"text"}, "official_mail": {"subject", "text"}, "zalo": {"template",
    "values"}} with {{blanks}}; `roads`: in the order in which they are tried; `blanks`:
    [[name, kind], …]. `basis`: "consent", or "duty" with the ground that the leader approved.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    template = models.ForeignKey(MessageTemplate, RESTRICT, related_name="versions")
    ordinal = models.IntegerField()
    state = models.CharField(
        max_length=9, choices=VersionState.choices, default=VersionState.DRAFTED
    )
    roads = models.JSONField()
    texts = models.JSONField()
    blanks = models.JSONField()
    basis = models.CharField(max_length=60)
    needs_approval = models.BooleanField(default=True)  # of each order, by a leader
    drafted_by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=500, blank=True, default="")  # why sent back or withdrawn

    class Meta:
        verbose_name = "phiên bản mẫu tin"
        constraints = [
            models.UniqueConstraint(fields=["template", "ordinal"], name="one_version_a_turn"),
            models.CheckConstraint(condition=~Q(basis=""), name="template_has_a_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.ordinal}"


class BulkOrder(Row):
    """One sending of a template to a list (đợt gửi).

    `header`: the names of the list's columns; `columns`: what each is for, {"sms": 0, "{{tên}}":
    2}. The numbers are of the last count, for pages; the rows are the truth. `first_roads`: of the
    good rows by the road that each goes first, {"sms": [rows, SMS parts]}; fixed once it goes out.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    version = models.ForeignKey(TemplateVersion, RESTRICT, related_name="orders")
    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=OrderState.choices, default=OrderState.PREPARING
    )
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    file_name = models.CharField(max_length=255, blank=True, default="")
    list_fault = models.CharField(max_length=500, blank=True, default="")  # of the last file
    list_hashes = models.JSONField(default=list)  # SHA-256 of what its list was read from
    rows_by_state = models.JSONField(default=dict)  # {"good": 1234, …}
    first_roads = models.JSONField(default=dict)
    messages_by_state = models.JSONField(default=dict)  # of channels.Message
    counted_at = models.DateTimeField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    opened_at = models.DateTimeField()
    send_from = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # when the cells of its list were emptied
    said = models.CharField(max_length=500, blank=True, default="")  # why sent back, held, ended

    class Meta:
        verbose_name = "đợt gửi"
        indexes = [
            models.Index(fields=["agency", "-opened_at", "-id"], name="orders_of_agency"),
            models.Index(
                fields=["id"], condition=Q(state__in=["sending", "paused"]), name="orders_moving"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ListFile(Row):
    """A file that is too long to be read while its bringer waits (tệp danh sách chờ đọc).

    Kept byte for byte until its rows are there, and no longer: it holds personal data.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    order = models.OneToOneField(BulkOrder, RESTRICT, related_name="list_file")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    only_wrong = models.BooleanField()
    left_at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp danh sách chờ đọc"

    def __str__(self) -> str:
        return self.name


class BulkRow(Row):
    """One row of the list (dòng danh sách): cells as they came, what is wrong, what became of it.

    `faults`: {"2": "…"} by column, "" for the row as a whole. `digest` of what would be sent: two
    rows with one digest would be the same message to the same addressee. `road`: the one that it
    would go first; `parts`: of its text message, first or in reserve.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    order = models.ForeignKey(BulkOrder, RESTRICT, related_name="rows")
    ordinal = models.IntegerField()
    cells = models.JSONField()
    state = models.CharField(max_length=9, choices=RowState.choices, default=RowState.NEW)
    faults = models.JSONField(default=dict)
    digest = models.CharField(max_length=32, blank=True, default="")
    road = models.CharField(max_length=20, blank=True, default="")
    parts = models.SmallIntegerField(default=0)
    message = models.ForeignKey("channels.Message", RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = "dòng danh sách"
        constraints = [models.UniqueConstraint(fields=["order", "ordinal"], name="one_row_a_place")]
        indexes = [
            models.Index(fields=["order", "state", "ordinal"], name="rows_by_state"),
            models.Index(fields=["order", "digest"], condition=~Q(digest=""), name="rows_alike"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.ordinal}"
