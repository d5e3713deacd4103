"""Presentations, directions, tasks, assignments and progress."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.tasks.states import TaskState

RESTRICT = models.PROTECT


class Presentation(Row):
    """A registered arrival laid before a leader (trình văn bản đến)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.ForeignKey("documents.Arrival", RESTRICT, related_name="presentations")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lượt trình văn bản đến"
        indexes = [
            models.Index(
                fields=["to", "at"],
                name="presentation_waiting",
                condition=Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.arrival_id} -> {self.to_id}"


class Direction(Row):
    """A leader's direction on an arrival (bút phê)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.ForeignKey("documents.Arrival", RESTRICT, related_name="directions")
    text = models.CharField(max_length=4000)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bút phê"

    def __str__(self) -> str:
        return self.text[:60]


class Task(Row):
    """A piece of work with a deadline and its reason (công việc)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.ForeignKey("documents.Arrival", RESTRICT, null=True, related_name="tasks")
    direction = models.ForeignKey(Direction, RESTRICT, null=True, related_name="tasks")
    title = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=TaskState.choices)
    percent = models.SmallIntegerField(default=0)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_finding = models.JSONField(default=dict)  # clause, calendar version, explanation
    closed_at = models.DateTimeField(null=True)
    closed_with = models.ForeignKey("documents.Document", RESTRICT, null=True, related_name="+")
    closing_note = models.CharField(max_length=2000, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "công việc"
        indexes = [
            models.Index(fields=["agency", "state", "due_at"], name="tasks_of_agency"),
            models.Index(fields=["arrival"], name="tasks_of_arrival"),
        ]

    def __str__(self) -> str:
        return self.title[:60]


class Assignment(Row):
    """One posting's part in a task: lead, support or for information."""

    class Part(TextChoices):
        LEAD = "lead", "Chủ trì"
        SUPPORT = "support", "Phối hợp"
        INFO = "info", "Để biết"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    task = models.ForeignKey(Task, RESTRICT, related_name="assignments")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices)
    due_at = models.DateTimeField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "phân công"
        constraints = [
            models.UniqueConstraint(fields=["task", "to"], name="one_part_each"),
            models.UniqueConstraint(fields=["task"], name="one_lead", condition=Q(part="lead")),
        ]
        indexes = [
            models.Index(
                fields=["to", "due_at"],
                name="assignments_open",
                condition=Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.part}"


class Progress(Row):
    """A report of progress on a task (tiến độ)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    task = models.ForeignKey(Task, RESTRICT, related_name="progress")
    percent = models.SmallIntegerField()
    text = models.CharField(max_length=2000)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "báo cáo tiến độ"

    def __str__(self) -> str:
        return f"{self.percent} %"


class Escalation(Row):
    """A rung of a task's clock rang: who was told, once (đôn đốc)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    task = models.ForeignKey(Task, RESTRICT, null=True, related_name="escalations")
    arrival = models.ForeignKey("documents.Arrival", RESTRICT, null=True, related_name="+")
    rung = models.CharField(max_length=20)
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    explanation = models.CharField(max_length=1000)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "nhắc việc"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "arrival", "rung", "to"],
                name="one_reminder_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.rung
