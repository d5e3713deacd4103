"""What follows from what: EVENT -> functions, in order, in the same transaction.

A reaction is a verb of a higher room. It may write rows and defer jobs; it may not refuse and may
not call the network.
"""

from __future__ import annotations

from collections.abc import Sequence

from congvu.kit.events import Reaction
from congvu.orgs.events import AgencyReorganised, CalendarChanged, PostingEnded
from congvu.timers.events import TimerEscalated
from congvu.timers.jobs import recount_after_change

REACTIONS: dict[type, Sequence[Reaction]] = {
    CalendarChanged: [recount_after_change],
    # Nothing follows yet: sessions end by their own check of the posting (accounts).
    PostingEnded: [],
    AgencyReorganised: [],
    TimerEscalated: [],
}
