"""The order of `congvu bench`: fill, measure one group after another, print the table."""

from __future__ import annotations

import json
import os
import platform
import time
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from congvu.kit import clock
from congvu.run.bench_batch import measure_batch
from congvu.run.bench_channels import measure_channels
from congvu.run.bench_clocks import measure_clocks, measure_edge
from congvu.run.bench_exchange import measure_fan_out
from congvu.run.bench_keys import measure_keys
from congvu.run.bench_meter import Figure
from congvu.run.bench_numbers import measure_numbers
from congvu.run.bench_pages import measure_list, measure_search
from congvu.run.bench_papers import measure_papers
from congvu.run.bench_people import enter_people
from congvu.run.bench_rows import enter_documents
from congvu.run.bench_signatures import measure_signatures
from congvu.run.demo_rows import enter_law

SEED = 20220131
AT = clock.at_vietnam(2022, 12, 15, 9, 0)  # a Thursday morning with two full years behind it


def bench(wanted: Namespace) -> int:
    """Fill the empty database, measure, write the JSON; 0 when every target was met."""
    with clock.frozen(AT):
        fill(wanted.documents, wanted.people, AT)
        figures = measure(wanted.documents, quick=wanted.quick, only=wanted.only, at=AT)
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    wanted.out.write_text(as_json(figures, wanted.documents, wanted.people), "utf-8")
    missed = [one for one in figures if not one.is_met]
    print(f"\n{len(figures)} số đo, {len(missed)} không đạt; số liệu ở {wanted.out}.")
    return 1 if missed else 0


def fill(documents: int, people: int, at: datetime) -> None:
    """Tables, the law, people, documents; prints how long it took."""
    began = time.perf_counter()
    call_command("migrate", verbosity=0, interactive=False)
    enter_law(at)
    enter_people(people, at, SEED)
    enter_documents(documents, at, SEED)
    print(
        f"Đã tạo {documents} văn bản, {people} người: {time.perf_counter() - began:.0f} giây.",
        flush=True,
    )


def measure(documents: int, *, quick: bool, only: str, at: datetime) -> list[Figure]:
    """The figures, group by group; `only` names the wanted groups, empty means all."""
    groups: Mapping[str, Callable[[], list[Figure]]] = {
        "list": lambda: measure_list(at, rounds=2 if quick else 15, times=3 if quick else 30),
        "search": lambda: measure_search(documents, at, rounds=1 if quick else 4),
        "fan_out": lambda: measure_fan_out(at, rounds=2 if quick else 40),
        "papers": lambda: measure_papers(at, rounds=2 if quick else 15),
        "signatures": lambda: measure_signatures(at, rounds=2 if quick else 15),
        "keys": lambda: measure_keys(at, rounds=3 if quick else 25),
        "batch": lambda: measure_batch(at, documents=3 if quick else 50),
        "channels": lambda: [
            *measure_edge(at, rounds=1 if quick else 5, mails=3 if quick else 40),
            *measure_clocks(at, clocks=3000 if quick else 100_000),
            *measure_channels(at, rows=600 if quick else 100_000, singles=20 if quick else 2000),
        ],
        "numbers": lambda: measure_numbers(
            at, rounds=1 if quick else 5, each=4 if quick else 60, clients=2 if quick else 8
        ),
    }
    chosen = [name for name in only.split(",") if name] or list(groups)
    figures = []
    for name in chosen:
        taken = groups[name]()
        print("\n".join(table(taken)), flush=True)
        figures += taken
    return figures


def table(figures: Sequence[Figure]) -> list[str]:
    """The figures as lines of text, targets beside them."""
    lines = []
    for one in figures:
        sign = "≥" if one.is_floor else "≤"
        target = f"{sign} {one.limit:g} {one.unit}" if one.limit is not None else "—"
        verdict = "" if one.limit is None else ("  đạt" if one.is_met else "  KHÔNG ĐẠT")
        lines.append(f"{one.name:<58} {one.value:>8.3g} {one.unit} {target:>10}{verdict}")
        told = ", ".join(f"{name} {value:.4g}" for name, value in one.details.items())
        if told:
            lines.append(f"    {told}")
    return lines


def as_json(figures: Sequence[Figure], documents: int, people: int) -> str:
    """Everything measured, with the machine it was measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return json.dumps(
        {
            "documents": documents,
            "people": people,
            "machine": {
                "processor": _processor(),
                "cores": os.cpu_count(),
                "load": os.getloadavg(),
                "python": platform.python_version(),
                "postgresql": version,
            },
            "figures": [{**asdict(one), "is_met": one.is_met} for one in figures],
        },
        ensure_ascii=False,
        indent=1,
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
