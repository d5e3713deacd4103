"""Count failed tries per network address, in PostgreSQL, over fixed windows (S.04, S.46).

The limit stands before the account lock: failures past it do not reach an account's counter, so
one address cannot lock many people out. Successful tries cost nothing, for a whole agency may sit
behind one address at 07:30.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection

from congvu.accounts.models import AddressWindow
from congvu.accounts.queries import Policy
from congvu.accounts.refusals import TOO_MANY
from congvu.kit.refusal import refuse_if
from congvu.rules.clauses import clause

_COUNT = """
INSERT INTO accounts_addresswindow (purpose, address, window_starts_at, tries)
VALUES (%s, %s, %s, 1)
ON CONFLICT (purpose, address, window_starts_at)
DO UPDATE SET tries = accounts_addresswindow.tries + 1
"""


def _window(at: datetime, minutes: int) -> datetime:
    seconds = minutes * 60
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


@clause("S.04", "S.46")
def refuse_past_limit(*, purpose: str, address: str, policy: Policy, at: datetime) -> None:
    """Refuse (429) an address that has failed too often in this window."""
    tried = AddressWindow.objects.filter(
        purpose=purpose,
        address=address,
        window_starts_at=_window(at, policy["address.minutes"]),
        tries__gte=policy["address.failures"],
    )
    refuse_if(tried.exists(), TOO_MANY, minutes=policy["address.minutes"])


def count_failure(*, purpose: str, address: str, policy: Policy, at: datetime) -> None:
    """Add one failed try of this address; old windows are swept by `forget_windows`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [purpose, address, _window(at, policy["address.minutes"])])


def forget_windows(*, at: datetime) -> int:
    """Delete windows older than a day; returns how many."""
    gone, _ = AddressWindow.objects.filter(window_starts_at__lt=at - timedelta(days=1)).delete()
    return int(gone)
