"""Timers: budget, suspensions, rungs and what happened to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.timers.states import TimerState

RESTRICT = models.PROTECT


class Timer(Row):
    """A clock over one duty of an agency: so many working minutes (đồng hồ thời hạn).

    `due_at`, `next_rung_at` and `explanation` are computed from the rest and kept for lists.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    subject_kind = models.CharField(max_length=40)  # "task", "arrival", ...: the room's own word
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)  # which duty of the subject
    clause = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    budget_minutes = models.IntegerField()
    state = models.CharField(max_length=10, choices=TimerState.choices, default=TimerState.RUNNING)
    stopped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # unknown while suspended
    next_rung_at = models.DateTimeField(null=True)
    calendar_version = models.CharField(max_length=60)
    explanation = models.TextField(blank=True, default="")
    notes = models.JSONField(default=list)

    class Meta:
        verbose_name = "đồng hồ thời hạn"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=~Q(state="stopped"),
                name="one_open_timer_per_duty",
            ),
            models.CheckConstraint(
                condition=Q(budget_minutes__gt=0), name="timer_budget_is_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_rung_at"], condition=Q(state="running"), name="timers_to_ring"
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="timers_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}: {self.kind}"


class Suspension(Row):
    """A stretch in which the clock stands still (tạm dừng)."""

    timer = models.ForeignKey(Timer, RESTRICT, related_name="suspensions")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=250)

    class Meta:
        verbose_name = "lần tạm dừng"
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["timer"], condition=Q(until__isnull=True), name="one_open_suspension"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="suspension_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.timer_id}: {self.reason}"


class TimerRung(Row):
    """A step of escalation of one timer; fired at most once (bậc nhắc việc)."""

    timer = models.ForeignKey(Timer, RESTRICT, related_name="rungs")
    name = models.CharField(max_length=40)
    after_minutes = models.IntegerField()
    fired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "bậc nhắc việc"
        ordering = ["after_minutes", "id"]
        constraints = [models.UniqueConstraint(fields=["timer", "name"], name="one_rung_per_name")]

    def __str__(self) -> str:
        return f"{self.timer_id}: {self.name}"


class TimerEvent(Row):
    """What happened to a timer, when, by whom (diễn biến)."""

    class Kind(TextChoices):
        STARTED = "started", "bắt đầu tính"
        SUSPENDED = "suspended", "tạm dừng"
        RESUMED = "resumed", "tiếp tục"
        STOPPED = "stopped", "dừng"
        ESCALATED = "escalated", "nhắc việc"
        RECOUNTED = "recounted", "tính lại theo lịch mới"

    timer = models.ForeignKey(Timer, RESTRICT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    posting = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    reason = models.CharField(max_length=250, blank=True, default="")
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "diễn biến đồng hồ"
        ordering = ["id"]
        indexes = [models.Index(fields=["timer", "id"], name="events_of_timer")]

    def __str__(self) -> str:
        return f"{self.timer_id}: {self.kind}"
