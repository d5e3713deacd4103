"""Choices of a column: Django's own, said so that the type checker sees members as text."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:

    class TextChoices(StrEnum):
        """A text with a Vietnamese label: `NAME = "value", "nhãn"`."""

        choices: ClassVar[list[tuple[str, str]]]
        labels: ClassVar[list[str]]
        values: ClassVar[list[str]]

        @property
        def label(self) -> str:
            """The Vietnamese label."""

    class IntegerChoices(IntEnum):
        """A number with a Vietnamese label."""

        choices: ClassVar[list[tuple[int, str]]]
        labels: ClassVar[list[str]]
        values: ClassVar[list[int]]

        @property
        def label(self) -> str:
            """The Vietnamese label."""

else:
    TextChoices = models.TextChoices
    IntegerChoices = models.IntegerChoices
