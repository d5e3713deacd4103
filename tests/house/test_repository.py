"""The repository stands alone: nothing foreign, nothing secret, no place of any one machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "scripts/locks/uv.lock")
LOCKS += ("scripts/locks/node.lock",)
TEXTS = {".py", ".toml", ".md", ".yaml", ".yml", ".json", ".lock", ".html", ".css", ".js", ".mjs"}
TEXTS |= {".typ", ".sql", ".txt", ".svg", ".cfg", ".ini", ".sh", ""}
LARGEST_FILE = 1_000_000
# Built at set-up, packed by somebody else, or fonts: installed, never committed.
FOREIGN = re.compile(
    r"(^|/)(node_modules|vendor|dist|third_party)/|\.min\.(js|css)$"
    r"|\.(woff2?|ttf|otf|eot|whl|jar|so|dll|exe|zip|gz|map)$"
)
KEY_FILES = re.compile(r"\.(pem|key|p12|pfx|jks|der)$|(^|/)id_(rsa|ed25519|ecdsa)$")
# Written in two halves, so that this file does not find itself.
PRIVATE_KEY = re.compile("-----BEGIN (RSA |EC |ENCRYPTED |OPENSSH )?" + "PRIVATE KEY-----")
MACHINE_PATH = re.compile(r"(?<![\w.~/])/(?:home|root|Users|work|workspace|mnt|opt)/[a-z][\w.-]*")
SHARED_FOLDER = re.compile(r"\.\./" + "shared")
INDEX_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs", "npmjs" + ".org")
INDEX_HOSTS += (
    "deb." + "debian",
    "jsde" + "livr",
    "unpkg" + ".com",
    "fonts." + "googleapis",
    "cdn" + "js",
)


def tracked() -> list[Path]:
    """Files under version control; in a plain copy without git, everything not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True
    ).stdout
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    return [REPOSITORY / name for name in names if (REPOSITORY / name).is_file()]


def texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(REPOSITORY)), path.read_text("utf-8"))
        for path in tracked()
        if path.suffix in TEXTS
    ]


def sightings(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def normal(name: str) -> str:
    return re.split(r"[\[<>=!~; ]", name.strip())[0].lower().replace("_", "-")


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json"])
def test_a_lock_holds_hashes_and_no_place(lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    assert "://" not in text
    assert not re.search(r"\b[\w-]+(\.[\w-]+)*\.(org|com|net|io|dev|vn)\b(?!\S*==)", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_its_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (REPOSITORY / lock).read_text())
    packages = [block for block in blocks if re.match(r"[a-z0-9][\w.-]*(\[.*?\])?==", block)]
    assert packages
    assert [block[:60] for block in packages if "--hash=sha256:" not in block] == []


def test_every_front_end_package_has_its_hash() -> None:
    lock = json.loads((REPOSITORY / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def project() -> dict[str, object]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def wanted() -> set[str]:
    of_project = project()
    optional = of_project.get("optional-dependencies", {})
    assert isinstance(optional, dict)
    lists = [of_project["dependencies"], *optional.values()]
    return {normal(name) for entries in lists for name in entries}  # type: ignore[attr-defined]


def test_the_locks_hold_every_dependency() -> None:
    locked = {normal(line) for line in (REPOSITORY / "requirements.lock").read_text().splitlines()}
    assert wanted() - locked == set()


def test_the_development_lock_holds_the_runtime_lock() -> None:
    def pins(name: str) -> set[str]:
        lines = (REPOSITORY / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if re.match(r"[a-z0-9][\w.-]*==", line)}

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def test_every_dependency_says_why_and_what_if_it_dies() -> None:
    page = (REPOSITORY / "docs/dependencies.md").read_text()
    rows = re.findall(r"^\| ([\w.@/-]+) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    explained = {name.lower() for name, why, without in rows if why.strip() and without.strip()}
    front_end = json.loads((REPOSITORY / "package.json").read_text())["dependencies"]
    assert wanted() - explained == set(), "thiếu trong docs/dependencies.md"
    assert set(front_end) - explained == set(), "thiếu trong docs/dependencies.md"


def test_there_are_few_dependencies() -> None:
    assert len(wanted()) <= 30  # decisions/0010


def test_nothing_of_others_is_committed() -> None:
    names = [str(path.relative_to(REPOSITORY)) for path in tracked()]
    assert [name for name in names if FOREIGN.search(name)] == []
    assert [str(path) for path in tracked() if path.stat().st_size > LARGEST_FILE] == []


def test_no_key_is_committed() -> None:
    names = [str(path.relative_to(REPOSITORY)) for path in tracked()]
    assert [name for name in names if KEY_FILES.search(name)] == []
    assert sightings(PRIVATE_KEY) == []


def test_no_place_of_one_machine_is_named() -> None:
    assert sightings(MACHINE_PATH) == []
    assert sightings(SHARED_FOLDER) == []


def test_no_package_index_and_no_content_network_is_named() -> None:
    assert sightings(re.compile("|".join(map(re.escape, INDEX_HOSTS)))) == []


def test_what_is_built_is_ignored_by_git() -> None:
    built = [
        "var/postgres/18/database.json",
        "out/play/evidence.json",
        "node_modules/x/index.js",
        "src/congvu/web/shell/static/dist/desk.css",
        "src/congvu/kit/fonts/dist/Tinos-Regular.ttf",
        ".venv/bin/python",
    ]
    ignored = subprocess.run(
        ["git", "check-ignore", *built], cwd=REPOSITORY, capture_output=True, text=True
    ).stdout.split()
    assert ignored == built


def test_a_make_target_is_short_and_explained() -> None:
    text = (REPOSITORY / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):(.*)\n((?:\t.*\n)*)", text, re.MULTILINE)
    assert {name for name, _, _ in targets} >= set(
        [
            "help",
            "setup",
            "run",
            "demo",
            "play",
            "test",
            "lint",
            "types",
            "floors",
            "clauses",
            "bench",
        ]
    )
    for name, rest, body in targets:
        assert "## " in rest, name
        assert 1 <= len(body.splitlines()) <= 5, name


def test_ci_calls_what_the_reader_calls() -> None:
    lines = (REPOSITORY / ".ci/run").read_text().splitlines()
    assert lines[-1] == "exec make test"


@pytest.mark.parametrize("family", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_the_print_font_draws_every_vietnamese_letter(family: str) -> None:
    from PIL import ImageFont

    font = ImageFont.truetype(str(REPOSITORY / f"src/congvu/kit/fonts/dist/Tinos-{family}.ttf"), 40)
    # A Han character: this font has none, so it draws the box that stands for a missing letter.
    nothing = bytes(font.getmask("漢"))
    assert any(nothing)
    assert [
        letter for letter in vietnamese_letters() if bytes(font.getmask(letter)) == nothing
    ] == []


def vietnamese_letters() -> list[str]:
    """The 12 vowels in 6 tones and the 17 consonants, each in both cases: 178 letters."""
    import unicodedata

    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    vowels = [unicodedata.normalize("NFC", v + t) for v in "aăâeêioôơuưy" for t in tones]
    small = [*vowels, *"bcdđghklmnpqrstvx"]
    letters = [*small, *(letter.upper() for letter in small)]
    assert len(set(letters)) == 178
    return letters
