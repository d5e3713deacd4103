"""Agencies, units, positions, people and postings: all dated (Quy chế Điều 2; NĐ 30 Điều 13)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row

RESTRICT = models.PROTECT


class Dated(Row):
    """A row that holds from a day to a day (open-ended while `valid_to` is empty)."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Agency(Dated):
    """A state agency of the province (cơ quan)."""

    class Regime(TextChoices):
        HEAD = "head", "chế độ thủ trưởng"
        COLLECTIVE = "collective", "chế độ tập thể"

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=250)
    short_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)  # province, department, district, commune, ...: data
    group_name = models.CharField(max_length=120)  # the group of the recipient picker
    wider_group_name = models.CharField(max_length=120, blank=True, default="")
    parent = models.ForeignKey("self", RESTRICT, null=True, related_name="children")
    symbol = models.CharField(max_length=30)  # abbreviation in a document's symbol: UBND, SNV
    place = models.CharField(max_length=120)  # địa danh
    superior_lines = ArrayField(models.CharField(max_length=120), default=list)
    name_lines = ArrayField(models.CharField(max_length=120), default=list)
    regime = models.CharField(max_length=12, choices=Regime.choices, default=Regime.HEAD)
    collective_name = models.CharField(max_length=120, blank=True, default="")
    head_title = models.CharField(max_length=120, blank=True, default="")  # also when vacant
    address = models.CharField(max_length=250, blank=True, default="")
    ordering = models.IntegerField(default=0)

    class Meta:
        verbose_name = "cơ quan"
        ordering = ["ordering", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="agency_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Succession(Row):
    """One agency took over from another (kế thừa): merger, division, renaming."""

    predecessor = models.ForeignKey(Agency, RESTRICT, related_name="successions_out")
    successor = models.ForeignKey(Agency, RESTRICT, related_name="successions_in")
    on = models.DateField()
    basis = models.CharField(max_length=250)

    class Meta:
        verbose_name = "kế thừa cơ quan"

    def __str__(self) -> str:
        return f"{self.predecessor_id} -> {self.successor_id}"


class Identifier(Dated):
    """A code of an agency under a scheme (mã định danh): data, never arithmetic."""

    class Scheme(TextChoices):
        QD20 = "QD20", "QĐ 20/2020/QĐ-TTg"
        QCVN102 = "QCVN102", "QCVN 102:2016/BTTTT"
        TAX = "TAX", "mã số thuế"
        OTHER = "OTHER", "khác"

    agency = models.ForeignKey(Agency, RESTRICT, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    value = models.CharField(max_length=60)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        verbose_name = "mã định danh"

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Unit(Dated):
    """A unit inside an agency (đơn vị, phòng)."""

    agency = models.ForeignKey(Agency, RESTRICT, related_name="units")
    parent = models.ForeignKey("self", RESTRICT, null=True, related_name="children")
    name = models.CharField(max_length=200)
    symbol = models.CharField(max_length=30)
    ordering = models.IntegerField(default=0)

    class Meta:
        verbose_name = "đơn vị"
        ordering = ["ordering", "id"]

    def __str__(self) -> str:
        return self.name


class Position(Row):
    """A leadership or professional title (chức vụ)."""

    class Rank(TextChoices):
        HEAD = "head", "người đứng đầu"
        ACTING_HEAD = "acting_head", "quyền người đứng đầu"
        DEPUTY = "deputy", "cấp phó"
        UNIT_HEAD = "unit_head", "trưởng đơn vị"
        UNIT_DEPUTY = "unit_deputy", "phó trưởng đơn vị"
        STAFF = "staff", "nhân viên"

    title = models.CharField(max_length=120)
    rank = models.CharField(max_length=12, choices=Rank.choices)

    class Meta:
        verbose_name = "chức vụ"
        constraints = [
            models.UniqueConstraint(fields=["title", "rank"], name="one_position_per_title")
        ]

    def __str__(self) -> str:
        return self.title


class Person(Row):
    """A human being or an organisation outside the state; not an account, not a posting."""

    class Kind(TextChoices):
        OFFICIAL = "official", "cán bộ, công chức, viên chức"
        CITIZEN = "citizen", "công dân"
        ORGANISATION = "organisation", "tổ chức ngoài khu vực nhà nước"

    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.OFFICIAL)
    full_name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)  # given name first, folded
    email = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=30, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        verbose_name = "người"

    def __str__(self) -> str:
        return self.full_name


class Posting(Dated):
    """A person holds a position in an agency, with roles (vị trí công tác)."""

    person = models.ForeignKey(Person, RESTRICT, related_name="postings")
    agency = models.ForeignKey(Agency, RESTRICT, related_name="postings")
    unit = models.ForeignKey(Unit, RESTRICT, null=True, related_name="postings")
    position = models.ForeignKey(Position, RESTRICT)
    roles = ArrayField(models.CharField(max_length=20), default=list)
    ordering = models.IntegerField(default=0)

    class Meta:
        verbose_name = "vị trí công tác"
        ordering = ["ordering", "id"]
        indexes = [
            models.Index(fields=["agency", "unit"], name="posting_of_agency"),
            models.Index(fields=["person"], name="posting_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.agency_id}"


class Delegation(Dated):
    """Authority to sign for another (KT., TL., TUQ., Q.: NĐ 30 Điều 13; documents R5)."""

    class Kind(TextChoices):
        DEPUTY = "KT", "ký thay"
        BY_ORDER = "TL", "thừa lệnh"
        BY_PROXY = "TUQ", "thừa ủy quyền"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    giver = models.ForeignKey(Posting, RESTRICT, related_name="delegations_given")
    taker = models.ForeignKey(Posting, RESTRICT, related_name="delegations_taken")
    # Empty: every type that the giver may sign (only for an assignment of a deputy).
    document_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    scope = models.CharField(max_length=500, blank=True, default="")  # nội dung được giao
    basis = models.CharField(max_length=250)  # số, ký hiệu văn bản giao, ủy quyền
    revoked_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)  # a party's key or account is out of control

    class Meta:
        verbose_name = "ủy quyền ký"

    def __str__(self) -> str:
        return f"{self.kind} {self.giver_id} -> {self.taker_id}"


class Absence(Row):
    """A posting's holder is away; the substitute sees and does the work (vắng mặt)."""

    posting = models.ForeignKey(Posting, RESTRICT, related_name="absences")
    substitute = models.ForeignKey(Posting, RESTRICT, null=True, related_name="substitutions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        verbose_name = "vắng mặt"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.posting_id}: {self.starts_at:%d/%m/%Y}"


class CalendarVersion(Row):
    """Grows with every change of days or hours; evidence keeps the version it was computed with.

    Rows name the version that entered and the one that withdrew them, so that the calendar of
    any version can be built again and old evidence checked.
    """

    made_at = models.DateTimeField()
    reason = models.CharField(max_length=250)

    class Meta:
        verbose_name = "phiên bản lịch"

    def __str__(self) -> str:
        return f"lich-{self.id}"


class CalendarRow(Row):
    """A row of the calendar, of one agency or (empty) of all; never changed, only withdrawn."""

    agency = models.ForeignKey(Agency, RESTRICT, null=True, related_name="+")
    entered_in = models.ForeignKey(CalendarVersion, RESTRICT, related_name="+")
    withdrawn_in = models.ForeignKey(CalendarVersion, RESTRICT, null=True, related_name="+")

    class Meta:
        abstract = True


class CalendarDay(CalendarRow):
    """A day whose working state differs from the weekly pattern (lịch làm việc)."""

    class Kind(TextChoices):
        HOLIDAY = "holiday", "nghỉ lễ, tết"
        SWAPPED_OFF = "swapped_off", "nghỉ hoán đổi"
        MAKE_UP = "make_up", "làm bù"
        CLOSURE = "closure", "tạm ngừng làm việc"

    day = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    basis = models.CharField(max_length=250, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    blocks = models.JSONField(null=True)  # own hours of that day: [["07:30","12:00"]]
    like_weekday = models.IntegerField(default=0)  # hours of a make-up day: 0 = Monday

    class Meta:
        verbose_name = "ngày đặc biệt"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "day"],
                condition=Q(withdrawn_in__isnull=True),
                nulls_distinct=False,
                name="one_rule_per_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.kind}"


class CalendarYear(CalendarRow):
    """A year of the calendar; official once the announced one was entered (năm lịch)."""

    year = models.IntegerField()
    basis = models.CharField(max_length=250)
    is_official = models.BooleanField(default=False)
    verification = models.CharField(max_length=500, blank=True, default="")  # how it was checked

    class Meta:
        verbose_name = "năm lịch"
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=Q(withdrawn_in__isnull=True), name="one_row_per_year"
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


class WorkingHours(CalendarRow):
    """Hours of work by weekday (giờ làm việc); an agency's own go before the province's."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    week = models.JSONField()  # {"0": [["07:30","12:00"],["13:30","17:00"]], ...}; 0 = Monday
    basis = models.CharField(max_length=500)

    class Meta:
        verbose_name = "giờ làm việc"

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}: {self.week}"
