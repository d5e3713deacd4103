"""The sandbox: foreign bytes are parsed in a limited child, never in a process that serves.

A parser may loop, eat memory or abort; here that costs one short-lived child (S.31: the gate
lives). One "nursery" per process imports the parser once and forks a child for every task, so a
task costs milliseconds, not an interpreter start. The child has limits on memory, CPU, output,
processes and wall time, an empty environment, no standard streams, and no network where the
kernel lets an ordinary user give it up. Nothing touches the disk: bytes travel in memory files.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

MANY_NEW_OBJECTS = 100_000
START_UP_SECONDS = 60.0  # the first task of a kind imports its parser
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET
_OWN_PACKAGE = "congvu."


@dataclass(frozen=True)
class Limits:
    """What one task may use: seconds of CPU and of wall time, bytes of memory and of answer."""

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory_bytes: int = 1 << 30
    answer_bytes: int = 64 << 20


class SandboxFailure(Exception):
    """A task gave no answer. `code`: "cpu", "wall", "memory", "output", "crash" or "error"."""

    def __init__(self, code: str, cause: str = "") -> None:
        super().__init__(f"{code} {cause}".strip())
        self.code = code
        self.cause = cause


def run_limited(
    function: str,
    payload: bytes | Path,
    *,
    options: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Any:
    """Call `function` ("congvu.room.module:name") in a limited child and return its answer.

    It is called as `name(file, options)` with `file` a seekable binary file holding the payload,
    and returns something JSON can hold, or bytes. Raises SandboxFailure with a code, never the
    child's own exception.
    """
    limits = limits or Limits()
    with contextlib.ExitStack() as open_files:
        given = open_files.enter_context(_as_file(payload))
        chosen = open_files.enter_context(_as_file(json.dumps(options or {}).encode()))
        answer = open_files.enter_context(_memory_file())
        verdict = _verdict(function, limits, [given.fileno(), chosen.fileno(), answer.fileno()])
        if verdict["outcome"] != "done":
            raise SandboxFailure(verdict["outcome"], verdict.get("cause", ""))
        answer.seek(0)
        kind, body = answer.read(1), answer.read()
    return body if kind == b"B" else json.loads(body)


def _memory_file() -> BinaryIO:
    return os.fdopen(os.memfd_create("congvu", os.MFD_CLOEXEC), "w+b")


@contextlib.contextmanager
def _as_file(payload: bytes | Path) -> Iterator[BinaryIO]:
    with payload.open("rb") if isinstance(payload, Path) else _memory_file() as file:
        if isinstance(payload, bytes):
            file.write(payload)
            file.flush()
        yield file


# --- this side: one nursery per process ------------------------------------------------------


class _Nursery:
    """The parent's end of the nursery: a socket and the process behind it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.child = subprocess.Popen(
                [sys.executable, "-I", "-m", "congvu.kit.sandbox", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "random"},
                start_new_session=True,
            )
        self.socket = ours

    def is_usable(self) -> bool:
        return self.owner == os.getpid() and self.child.poll() is None


_nursery: _Nursery | None = None
_lock = threading.Lock()


def _usable_nursery() -> _Nursery:
    global _nursery
    with _lock:
        if _nursery is None or not _nursery.is_usable():
            _nursery = _Nursery()
        return _nursery


def _verdict(function: str, limits: Limits, descriptors: list[int]) -> dict[str, Any]:
    reading, writing = os.pipe()
    try:
        order = json.dumps({"function": function, "limits": asdict(limits)}).encode()
        nursery = _usable_nursery()
        try:
            socket.send_fds(nursery.socket, [order], [*descriptors, writing])
        except OSError:
            nursery.child.kill()
            nursery = _usable_nursery()
            socket.send_fds(nursery.socket, [order], [*descriptors, writing])
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], limits.wall_seconds + START_UP_SECONDS)
        said = pipe.read() if ready else b""
    return json.loads(said) if said else {"outcome": "crash", "cause": "nursery"}


# --- the nursery, and the children it forks --------------------------------------------------


def nursery(channel: socket.socket) -> None:
    """Serve orders until the parent goes away: import the parser, fork a keeper, go on."""
    while True:
        order, descriptors, _, _ = socket.recv_fds(channel, 65536, 8)
        if not order:
            return
        wanted = json.loads(order)
        try:
            function = _own_function(wanted["function"])
        except Exception as mistake:  # the edge of a process: an order must not end the nursery
            _say(descriptors[3], {"outcome": "error", "cause": type(mistake).__name__})
        else:
            gc.freeze()  # the children share what is there, and none of them looks through it again
            if os.fork() == 0:
                channel.close()
                _keep(function, Limits(**wanted["limits"]), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _own_function(dotted: str) -> Any:
    module, _, name = dotted.partition(":")
    if not module.startswith(_OWN_PACKAGE):
        raise ValueError(dotted)
    is_new = module not in sys.modules
    found = importlib.import_module(module)
    if is_new:
        with contextlib.suppress(Exception):  # with something of its own; it only saves time
            getattr(found, "warm_up", lambda: None)()
    return getattr(found, name)


def _say(pipe: int, verdict: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        os.write(pipe, json.dumps(verdict).encode())


def _keep(function: Any, limits: Limits, descriptors: list[int]) -> None:
    """Watch one worker: the wall clock, how it ended, what to say. Never returns."""
    inner_reading, inner_writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(inner_reading)
        _work(function, limits, descriptors, inner_writing)
    os.close(inner_writing)
    watch = os.pidfd_open(worker)
    ended, _, _ = select.select([watch], [], [], limits.wall_seconds)
    if not ended:
        os.killpg(worker, signal.SIGKILL)
    _, status, _ = os.wait4(worker, 0)
    said = os.read(inner_reading, 4096)
    verdict = {"outcome": "wall"} if not ended else _ending(status, said)
    _say(descriptors[3], verdict)
    os._exit(0)


def _ending(status: int, said: bytes) -> dict[str, Any]:
    if os.WIFSIGNALED(status):
        ends = {signal.SIGXCPU: "cpu", signal.SIGKILL: "cpu", signal.SIGXFSZ: "output"}
        number = os.WTERMSIG(status)
        return {"outcome": ends.get(signal.Signals(number), "crash"), "cause": f"signal {number}"}
    return json.loads(said) if said else {"outcome": "crash", "cause": "silent"}


def _work(function: Any, limits: Limits, descriptors: list[int], pipe: int) -> None:
    """The worker itself: give everything up, run, write the answer. Never returns."""
    try:
        os.setpgid(0, 0)
        gc.set_threshold(MANY_NEW_OBJECTS)  # a life of milliseconds; its memory has a limit anyway
        _give_up_rights(limits)
        given, chosen, answer, keeper_pipe = descriptors
        os.close(keeper_pipe)
        with os.fdopen(given, "rb") as file, os.fdopen(chosen, "rb") as choices:
            file.seek(0)
            choices.seek(0)
            result = function(file, json.load(choices))
        body = b"B" + result if isinstance(result, bytes) else b"J" + json.dumps(result).encode()
        with os.fdopen(answer, "wb") as out:
            out.write(body)
        _say(pipe, {"outcome": "done"})
    except (MemoryError, SystemError):  # the interpreter's own C code reports some as SystemError
        _say(pipe, {"outcome": "memory"})
    except OSError as mistake:
        outcome = "output" if mistake.errno == 27 else "error"  # EFBIG
        _say(pipe, {"outcome": outcome, "cause": type(mistake).__name__})
    except BaseException as mistake:  # the edge of a process
        _say(pipe, {"outcome": "error", "cause": type(mistake).__name__})
    finally:
        os._exit(0)


def _give_up_rights(limits: Limits) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER_AND_NETWORK)
    for which, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.answer_bytes),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(which, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


if __name__ == "__main__":
    nursery(socket.socket(fileno=int(sys.argv[1])))
