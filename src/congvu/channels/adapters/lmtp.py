"""The LMTP side of the mail edge: 250 only after the mail is committed (QC.8.2.b, QC.8.3.b).

Our reference travels in the answer, so the sender's delivery report carries it. A refusal is said
in the same breath, with its code; a fault of ours is 451 and the MTA comes again. LMTP wants one
answer per recipient and this server gives one per mail, so the MTA hands over one at a time.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from aiosmtpd.lmtp import LMTP
from django.db import close_old_connections

from congvu.channels.take_in_mail import Envelope, take_in_mail
from congvu.kit import clock
from congvu.kit.folding import fold
from congvu.kit.refusal import Refusal

log = logging.getLogger("congvu.mail")
MOST_BYTES = 150 << 20
WORKERS = 3
ENHANCED = {
    "channels.E011": "550 5.1.1",
    "channels.E014": "552 5.3.4",
    "kit.E039": "554 5.7.1",
}
FAULT = "451 4.3.0 Not taken in yet, please come again"


class Edge:
    """What the server calls for each mail; a few threads work, each with a database connection.

    While one mail is read in the sandbox and another is on its way to the disk, a third goes on.
    """

    def __init__(self, provider_id: int | None = None) -> None:
        self.provider_id = provider_id
        self.worker = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="mail")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The answer to the end of the data."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.worker, self.answer_to, envelope)

    def answer_to(self, envelope: Any) -> str:
        """Take the mail in and say so; every ending is an answer."""
        close_old_connections()
        try:
            references = take_in_mail(
                bytes(envelope.original_content),
                Envelope(envelope.mail_from or "", tuple(map(str.lower, envelope.rcpt_tos))),
                provider_id=self.provider_id,
                at=clock.now(),
            )
        except Refusal as refused:
            said = " ".join(fold(refused.say).split())[:300]
            return f"{ENHANCED.get(refused.code, '554 5.6.0')} {refused.code} {said}"
        except Exception:  # the edge of a process: the MTA keeps the mail and comes again
            log.exception("a mail could not be taken in")
            return FAULT
        return f"250 2.0.0 Accepted as {', '.join(references)}" if references else "250 2.0.0 Noted"


def protocol_of(edge: Edge) -> Callable[[], LMTP]:
    """What a listening socket makes of each connection."""
    return partial(LMTP, edge, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, ident="congvu")


async def serve(host: str, port: int, *, provider_id: int | None = None) -> None:
    """Serve until SIGTERM; mails that are being taken in end first."""
    edge = Edge(provider_id)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol_of(edge), host, port)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()
    await server.wait_closed()
    edge.worker.shutdown(wait=True)
