"""What follows from what: EVENT -> functions, in order, in the same transaction.

A reaction is a verb of a higher room. It may write rows and defer jobs; it may not refuse and may
not call the network.
"""

from __future__ import annotations

from collections.abc import Sequence

from congvu.kit.events import Reaction

REACTIONS: dict[type, Sequence[Reaction]] = {}
