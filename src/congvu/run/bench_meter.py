"""What `congvu bench` counts: CPU of this process, of its database backend and of its sandbox.

Wall time on a shared machine says little; the kernel's account of CPU time says what an act costs.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NANO = 1e-9
TICK = 1 / os.sysconf("SC_CLK_TCK")
SANDBOX = b"congvu.kit.sandbox"


@dataclass(frozen=True)
class Cost:
    """CPU seconds of one act: in this process (and its sandbox), and in PostgreSQL."""

    app: float
    database: float

    @property
    def total(self) -> float:
        return self.app + self.database


@dataclass(frozen=True)
class Figure:
    """One line of the table. `limit` None: told for the reader, not a target.

    is_floor: the value must be at least `limit`; else at most. `unit`: "×", "ms" or "s".
    """

    key: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    is_floor: bool = False
    details: dict[str, float] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.is_floor else self.value <= self.limit


def backend_cpu(pid: int) -> float:
    """CPU seconds that a process has used so far, to the nanosecond where the kernel tells."""
    with contextlib.suppress(OSError):
        nanoseconds = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        if nanoseconds:
            return nanoseconds * NANO
    own, _ = _ticks(pid)
    return own


def sandbox_cpu() -> float:
    """CPU seconds of the children in which foreign files are read, living and reaped."""
    return sum(sum(_ticks(pid)) for pid in _sandboxes())


def _ticks(pid: int) -> tuple[float, float]:
    """User and system time of a process, and of its children that have ended."""
    columns = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system, child_user, child_system = (int(text) for text in columns[11:15])
    return (user + system) * TICK, (child_user + child_system) * TICK


def _sandboxes() -> Iterator[int]:
    """Our children that are nurseries of the sandbox."""
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            with contextlib.suppress(OSError):
                if SANDBOX in Path(f"/proc/{child}/cmdline").read_bytes():
                    yield int(child)


class Meter:
    """Counts the cost of calls; `backend` is the process id of the connection they use."""

    def __init__(self, backend: int) -> None:
        self.backend = backend

    def cost(self, act: Callable[[], object], times: int = 1) -> Cost:
        """The mean cost of one call over `times` calls."""
        database, own = backend_cpu(self.backend), time.process_time() + sandbox_cpu()
        for _ in range(times):
            act()
        own_spent = time.process_time() + sandbox_cpu() - own
        return Cost(own_spent / times, (backend_cpu(self.backend) - database) / times)


def median(values: Sequence[float]) -> float:
    """The middle value: one disturbed round changes nothing."""
    return statistics.median(values)


def middle_cost(costs: Sequence[Cost]) -> Cost:
    """The round whose total is in the middle."""
    return sorted(costs, key=lambda one: one.total)[len(costs) // 2]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
