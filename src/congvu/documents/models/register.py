"""Register books: the counter row is the only source of numbers (ND30 Điều 15, 22; R1)."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.document import RESTRICT
from congvu.kit.models import Row


class RegisterBook(Row):
    """A register of one agency, one series and one year (sổ đăng ký văn bản)."""

    class Direction(models.TextChoices):
        OUTGOING = "out", "văn bản đi"
        INCOMING = "in", "văn bản đến"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    series = models.CharField(max_length=30)
    year = models.IntegerField()
    name = models.CharField(max_length=200)
    last_number = models.IntegerField(default=0)
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
