"""What the double of Zalo's platform keeps: accounts, citizens, lines, events, templates."""

from __future__ import annotations

from dataclasses import dataclass, field


class Refused(Exception):
    """An answer with an error."""

    def __init__(self, error: int, message: str) -> None:
        super().__init__(message)
        self.answer = {"error": error, "message": message}


@dataclass
class Oa:
    """An official account."""

    name: str
    month_quota: int = 1_000
    zns_quota: int = 500
    is_verified: bool = True
    has_zca: bool = True
    credit: int = 10_000  # đồng
    apis: set[str] = field(default_factory=lambda: {"message", "article", "zns", "upload"})


@dataclass
class Bond:
    """What is between one citizen and one OA."""

    follows: bool = False
    last_at: float | None = None
    free_used: int = 0
    promotions_today: int = 0
    blocks: bool = False
    left: bool = False  # ended following


@dataclass
class Line:
    """One line of a conversation on a citizen's telephone."""

    is_from_oa: bool
    text: str
    at: float
    msg_id: str
    kind: str = "text"
    is_seen: bool = False
    url: str = ""


@dataclass
class Citizen:
    """A person with Zalo: the id is this OA's alone."""

    name: str
    phone: str = ""
    bonds: dict[str, Bond] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)


@dataclass
class Hook:
    """An event on its way to the webhook."""

    body: bytes
    due: float
    tries: int = 0


@dataclass
class Template:
    """A template of ZNS: its parameters and whether Zalo has approved it."""

    oa_id: str
    params: dict[str, int]  # name -> longest text
    state: str = "ENABLE"  # ENABLE, PENDING_REVIEW, REJECT, DISABLE
    price: int = 120


def ms(seconds: float) -> str:
    """A moment as Zalo writes it: milliseconds, as text."""
    return str(int(seconds * 1000))
