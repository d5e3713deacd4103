"""A process for test_kill_nine: forks children that do one act and die by SIGKILL at one point.

Each line of the input is an order; each line of the output the exit of its child (-9 when it died
where it should, 0 when it came through alive).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

sys.path.append(str(Path(__file__).parents[1]))
django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import OperationalError, connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from procrastinate.contrib.django import app as jobs_app  # noqa: E402

from congvu.channels import hand_over, record_outcome, send_sms, take_in_mail  # noqa: E402
from congvu.channels.adapters import lmtp  # noqa: E402
from congvu.documents import carry_out_purge  # noqa: E402
from congvu.documents.batch import ask_next  # noqa: E402
from congvu.documents.incoming import register  # noqa: E402
from congvu.documents.jobs import purge_document  # noqa: E402
from congvu.documents.outgoing import issue, number  # noqa: E402
from congvu.exchange import note_receipt, send_receipt  # noqa: E402
from congvu.exchange.adapters import loopback  # noqa: E402
from congvu.kit import blobs, jobs  # noqa: E402
from congvu.kit.models import Blob  # noqa: E402
from congvu.orgs.types import Actor  # noqa: E402
from congvu.signing import (  # noqa: E402
    ask_lot,
    ask_provider,
    finish_answered,
    poll_lot,
    poll_provider,
    renew,
)
from congvu.web.shell import middleware  # noqa: E402


def die(*_: Any, **__: Any) -> None:
    """As the power cut does it: nothing is flushed, closed or rolled back by us."""
    os.kill(os.getpid(), signal.SIGKILL)


def before_the_end_of(act: Callable[[], Any]) -> None:
    """Do the act inside a transaction that is never committed."""
    with transaction.atomic():
        act()
        die()


def after(module: Any, name: str) -> None:
    """Die as soon as this function of a module has done its work."""
    real = getattr(module, name)

    def then_die(*args: Any, **named: Any) -> None:
        real(*args, **named)
        die()

    setattr(module, name, then_die)


def job_ends(name: str) -> None:
    """Die when the job's function has returned, before the worker could write that down."""
    (task,) = [one for key, one in jobs_app.tasks.items() if key.endswith(f".{name}")]
    after(task, "func")


def database_goes() -> None:
    """The provider has the message; the database is restarted before that is written down."""
    real = hand_over.record_outcomes

    def cut_off(*args: Any, **named: Any) -> None:
        connection.ensure_connection()
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            pid = connection.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        try:
            real(*args, **named)
        except OperationalError:
            die()

    hand_over.record_outcomes = cut_off


PURGE_STEPS = (
    "files_to_purge",
    "purge_file",
    "purge_previews",
    "empty_words",
    "forget_purged",
    "publish",
    "expire_backups",
    "purge_certificate",
    "write_entry",
)
POINTS: dict[str, Callable[[], None]] = {
    "issue: file on disk, before commit": lambda: after(issue, "seal_document"),
    "deliver before commit": lambda: after(loopback, "note_arrivals"),
    "deliver after commit": lambda: job_ends("deliver_document"),
    "receipt before commit": lambda: setattr(note_receipt.receipts, "absorb", die),
    "receipt after commit": lambda: job_ends("carry_receipt"),
    "remote: asked, not written down": lambda: setattr(ask_provider, "note_transaction", die),
    "remote: written down": lambda: job_ends("ask_at_provider"),
    "lot: made ready, before commit": lambda: after(ask_next, "form_lot"),
    "lot: asked, not written down": lambda: setattr(ask_lot, "note_transaction", die),
    "lot: written down": lambda: job_ends("ask_lot_at_provider"),
    "lot: answered, not kept": lambda: setattr(poll_lot, "answer_lot", die),
    "lot: kept, none put in": lambda: setattr(finish_answered, "put_in", die),
    "lot: one put in": lambda: job_ends("put_in_answered"),
    "remote: polled": lambda: after(poll_provider, "poll_provider"),
    "channel: claimed, not handed over": lambda: setattr(hand_over.ports, "way_out", die),
    "channel: handed over, not recorded": lambda: setattr(hand_over, "record_outcomes", die),
    "channel: handed over, one of the batch recorded": lambda: after(record_outcome, "_answered"),
    "channel: database gone": database_goes,
    "web: accepted, not committed": lambda: after(send_sms, "accept_message"),
    "web: committed, not answered": lambda: after(middleware, "_run"),
    "mail: taken in, not committed": lambda: after(take_in_mail, "take_in"),
    "mail: committed, 250 not said": lambda: after(lmtp, "take_in_mail"),
    **{f"purge: {name}": lambda name=name: after(carry_out_purge, name) for name in PURGE_STEPS},
    "renew: file kept, no row": lambda: after(renew.blobs, "keep"),
    "renew: row written, before commit": lambda: after(renew, "write_entry"),
    "renew: after commit": lambda: job_ends("renew_one"),
    "blob: file in place, no row": lambda: setattr(Blob.objects, "bulk_create", die),
    "blob: half written": lambda: setattr(blobs.os, "fsync", die),
}


def act_of(order: dict[str, Any]) -> Callable[[], Any]:
    """What the child is to do, with the real verbs."""
    told = {}
    if order.get("by"):
        told["by"] = Actor(**{**order["by"], "roles": frozenset(order["by"]["roles"])})
        told["at"] = datetime.fromisoformat(order["at"])
    acts: dict[str, Callable[[], Any]] = {
        "number": lambda: number.number_document(document_id=order["document_id"], **told),
        "issue": lambda: issue.issue_document(document_id=order["document_id"], **told),
        "register": lambda: register.register_arrival(arrival_id=order["arrival_id"], **told),
        "work": jobs.run_all,
        "hand over": lambda: hand_over.hand_over_due(channel=order["channel"]),
        "web": lambda: browser(order).post(order["path"], order["fields"]),
        "mail": lambda: lmtp.Edge().answer_to(letter_of(order)),
        "purge": lambda: purge_document(purge_id=order["purge_id"]),
        "keep": lambda: blobs.keep(order["text"].encode(), "text/plain"),
    }
    return acts[order["act"]]


def browser(order: dict[str, Any]) -> Client:
    """With the session that the order names."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE] = order["cookie"]
    return client


def letter_of(order: dict[str, Any]) -> Any:
    """An envelope as the LMTP server gives it to its edge."""
    return SimpleNamespace(
        original_content=order["raw"].encode(),
        mail_from=order["sender"],
        rcpt_tos=[order["recipient"]],
    )


def live(order: dict[str, Any]) -> None:
    """The short life of a child."""
    act, point = act_of(order), order["point"]
    POINTS.get(point, lambda: None)()
    if point.endswith(("number before commit", "register before commit")):
        before_the_end_of(act)
    elif order["act"] == "keep":
        with transaction.atomic():
            act()
    else:
        act()
    if point.endswith("after commit"):
        die()


def main() -> None:
    """One child per line."""
    settings.CHANNEL_ADAPTERS["paper"] = "paper_provider.Paper"
    assert send_receipt.carry_receipt  # its job is known to the workers here
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                live(json.loads(line))
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
