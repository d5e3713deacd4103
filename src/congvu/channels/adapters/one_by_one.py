"""Hand a batch over attempt by attempt, and leave off at the first trouble with the provider.

The rest would wait for the same silence, hold up what is urgent, and be in doubt as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from congvu.channels.types import Outcome, Outgoing, Result

LEFT = Outcome(
    Result.TEMPORARY,
    said="Nhà cung cấp đang gặp sự cố; tin này chưa được chuyển.",
    wait_seconds=5,
    is_provider_down=True,
)


def one_by_one(send: Callable[[Outgoing], Outcome], items: Sequence[Outgoing]) -> list[Outcome]:
    """One answer per item; what was not tried says so and does not count as a try."""
    answers: list[Outcome] = []
    for item in items:
        answers.append(send(item))
        if answers[-1].is_trouble:
            break
    return [*answers, *[LEFT] * (len(items) - len(answers))]
