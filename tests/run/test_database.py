"""The embedded database: started once, shared, never broken by a kill, open to nobody else."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from congvu.run import cluster, supervisor
from congvu.run.database import Database, DatabaseRefused, home_of, running_database

HOLDER = """
import sys, time
from pathlib import Path
from congvu.run.database import running_database
with running_database(Path(sys.argv[1])) as database:
    print(database.owner, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def embedded_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_URL_OWNER", "DATABASE_URL_JOBS"):
        monkeypatch.delenv(name, raising=False)


@contextlib.contextmanager
def folder(mode: int = 0o755) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="congvu-test-"))
    place.chmod(mode)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """One cluster for the tests of this file: making one takes two seconds."""
    with folder() as place:
        yield place


def data_of(database: Database) -> Path:
    assert database.home is not None
    kept = cluster.read_secrets(database.home)
    assert kept is not None
    return database.home / kept.data


def postmaster(database: Database) -> int:
    return int((data_of(database) / "postmaster.pid").read_text().split()[0])


def patiently(url: str) -> psycopg.Connection[tuple[object, ...]]:
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            return psycopg.connect(url)
        time.sleep(0.05)


def test_three_roles_stand_and_none_can_pass_the_second_wall(var: Path) -> None:
    with running_database(var) as database:
        for role in ("owner", "app", "jobs"):
            with psycopg.connect(database.url(role)) as connection:
                row = connection.execute(
                    "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole"
                    " FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
                assert row == (f"congvu_{role}", False, False, False)
        with psycopg.connect(database.owner) as connection:
            connection.execute("SET ROLE congvu_app")
            connection.execute("SET ROLE congvu_jobs")
        with (
            psycopg.connect(database.app) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("SET ROLE congvu_owner")
        folder_of_data = data_of(database)
    assert not supervisor.processes_in(folder_of_data)


def test_vietnamese_letters_are_known_and_sorting_is_by_code_point(var: Path) -> None:
    with running_database(var) as database, psycopg.connect(database.app) as connection:
        row = connection.execute("SELECT lower('ĐẶNG THỊ ÁNH'), 'Z' < 'a' COLLATE \"default\"")
        assert row.fetchone() == ("đặng thị ánh", True)


def test_nobody_enters_without_the_password(var: Path) -> None:
    with running_database(var) as database:
        wrong = database.app.replace(database.app.split(":")[2].split("@")[0], "sai")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
        rules = (data_of(database) / "pg_hba.conf").read_text().splitlines()
        ways = {line.split()[-1] for line in rules if line.strip() and not line.startswith("#")}
        assert ways == {"scram-sha-256"}
        assert database.home is not None
        assert (database.home / "database.json").stat().st_mode & 0o777 == 0o600
        assert data_of(database).stat().st_mode & 0o077 == 0


def test_data_survive_a_killed_postmaster(var: Path) -> None:
    with running_database(var) as database:
        with psycopg.connect(database.owner) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 5000)")
        killed = postmaster(database)
        os.kill(killed, signal.SIGKILL)
        with patiently(database.owner) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (5000,)
            connection.execute("DROP TABLE kept")
        assert postmaster(database) != killed


def test_a_killed_supervisor_leaves_no_second_server(var: Path) -> None:
    with running_database(var) as database:
        before = postmaster(database)
        os.kill(supervisor_of(before), signal.SIGKILL)
        with psycopg.connect(database.owner) as connection:
            connection.execute("SELECT 1")
    with running_database(var) as database:
        assert postmaster(database) != before
        with psycopg.connect(database.owner) as connection:
            connection.execute("SELECT 1")
        folder_of_data = data_of(database)
    assert not supervisor.processes_in(folder_of_data)


def supervisor_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("PPid:")[1].split()[0])


def test_the_server_goes_when_its_last_user_is_killed(var: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, var], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline()
    kept = cluster.read_secrets(home_of(var))
    assert kept is not None
    assert supervisor.processes_in(home_of(var) / kept.data)
    holder.kill()
    holder.communicate()
    while supervisor.processes_in(home_of(var) / kept.data):
        time.sleep(0.05)


def test_a_second_user_keeps_the_server_up(var: Path) -> None:
    with running_database(var) as first:
        with running_database(var) as second:
            assert second == first
        with psycopg.connect(first.owner) as connection:
            connection.execute("SELECT 1")


def _count_postmasters(place: str) -> int:
    with running_database(Path(place)) as database, patiently(database.owner):
        return postmaster(database)


def test_starts_at_once_on_a_new_folder_share_one_server() -> None:
    with folder() as place:
        context = multiprocessing.get_context("spawn")
        with running_database(place), context.Pool(3) as pool:
            assert len(set(pool.map(_count_postmasters, [str(place)] * 3))) == 1


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(var: Path) -> None:
    with running_database(var) as database:
        data = data_of(database)
    stranger = subprocess.Popen(["sleep", "60"], **_as_owner_of(data))
    try:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n1\n\n\n")
        with running_database(var) as database, psycopg.connect(database.owner) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def _as_owner_of(data: Path) -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    owner = data.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def test_a_port_taken_by_somebody_else_is_left_to_him(var: Path) -> None:
    home = home_of(var)
    with running_database(var):
        kept = cluster.read_secrets(home)
    assert kept is not None
    with socket.create_server(("127.0.0.1", kept.port)), running_database(var) as database:
        assert f":{kept.port}/" not in database.owner
        with psycopg.connect(database.owner) as connection:
            connection.execute("SELECT 1")


def test_the_folder_may_be_moved() -> None:
    with folder() as place:
        with (
            running_database(place / "before") as database,
            patiently(database.owner) as connection,
        ):
            connection.execute("CREATE TABLE moved (number int)")
        (place / "before").rename(place / "after")
        with running_database(place / "after") as database, patiently(database.owner) as connection:
            assert connection.execute("SELECT count(*) FROM moved").fetchone() == (0,)


def test_binaries_that_are_none_are_refused_in_vietnamese(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BIN", "/nonexistent")
    with pytest.raises(DatabaseRefused, match="Không chạy được"), running_database(var):
        pass


def test_a_server_that_cannot_start_says_where_the_reason_is() -> None:
    with folder() as place:
        with running_database(place) as database:
            data = data_of(database)
        (data / "global" / "pg_control").unlink()
        with pytest.raises(DatabaseRefused, match=r"server\.log"), running_database(place):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="chỉ root mới phải chuyển sang tài khoản khác")
def test_root_works_in_a_folder_that_others_cannot_enter_without_opening_it() -> None:
    with folder(mode=0o700) as place:
        refuge = None
        try:
            with running_database(place) as database:
                refuge = data_of(database).parent
                assert refuge.parent == Path("/var/lib")
                with psycopg.connect(database.app) as connection:
                    connection.execute("SELECT 1")
            assert place.stat().st_mode & 0o777 == 0o700
            assert data_of(database).owner() == cluster.ACCOUNT_NAME
            shutil.rmtree(place / "postgres")
            with running_database(place) as database, psycopg.connect(database.app):
                assert list(refuge.glob("data.set-aside-*"))
        finally:
            if refuge is not None:
                shutil.rmtree(refuge)


def test_a_private_copy_of_the_programs_runs_away_from_the_original() -> None:
    with folder() as place:
        copy = cluster._private_copy(cluster.find_binaries(), place)
        assert place in copy.folder.parents
        for program in ("postgres", "initdb", "pg_dump"):
            done = subprocess.run([copy.folder / program, "--version"], capture_output=True)
            assert done.returncode == 0, done.stderr


def test_an_outside_server_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/congvu")
    monkeypatch.setenv("DATABASE_URL_OWNER", "postgresql://owner@db.example/congvu")
    with running_database(Path("/nonexistent")) as database:
        assert database.url("owner").startswith("postgresql://owner@")
        assert database.url("jobs") == database.url("app")
