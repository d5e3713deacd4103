"""Register books: the counter row is the only source of numbers (ND30 Điều 15, 22; R1)."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.document import RESTRICT
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row


class RegisterBook(Row):
    """A register of one agency, one series and one year (sổ đăng ký văn bản)."""

    class Direction(TextChoices):
        OUTGOING = "out", "văn bản đi"
        INCOMING = "in", "văn bản đến"
        COPIES = "cpy", "bản sao"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    series = models.CharField(max_length=30)
    year = models.IntegerField()
    name = models.CharField(max_length=200)
    last_number = models.IntegerField(default=0)
    last_on = models.DateField(null=True)  # date of the last number: numbers follow the dates
    # Numbers given before this system took the book over (paper, or a former system).
    taken_over_at_number = models.IntegerField(default=0)
    taken_over_basis = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        verbose_name = "sổ đăng ký"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "direction", "series", "year"], name="one_book_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


class SeriesChoice(Row):
    """How an agency numbers its administrative documents from a day on (ND30 Điều 15.1.c).

    Its head decides; the newest choice not after the day holds. No choice: one common series.
    """

    class Administrative(TextChoices):
        COMMON = "common", "đánh số chung"
        PER_TYPE = "per_type", "đánh số riêng từng loại"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    valid_from = models.DateField()
    administrative = models.CharField(max_length=10, choices=Administrative.choices)
    own_groups = models.JSONField(default=dict)  # type code of the rules -> name of its group
    basis = models.CharField(max_length=250)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "cách đánh số văn bản"
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="one_series_choice_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.valid_from}: {self.administrative}"
