"""No secret lies in the source, nor ever lay there (S.44)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written in two parts each, so that this file is not its own finding.
PATTERNS = {
    "private key": "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
    "cloud key": r"\bAKIA" + r"[0-9A-Z]{16}\b",
    "forge token": r"\b(ghp|gho|ghs|glpat|github_pat)" + r"[_-][A-Za-z0-9_]{20,}",
    "password in an address": r"[a-z]+://[A-Za-z0-9_.-]+:"
    + r"(?!password@)[^@\s{}<>'\"/$%]{6,}@[a-z0-9]",
    "assigned secret": r"(?i)(secret_key|api_key|auth_token)\s*[=:]\s*['\"]"
    + r"[A-Za-z0-9+/_-]{24,}['\"]",
}
SKIPPED = re.compile(r"\.(lock|png|svg|woff2|ttf|pdf)$|package-lock\.json$|requirements.*\.lock$")


def git(*words: str) -> str:
    return subprocess.run(
        ["git", "-C", ROOT, *words], capture_output=True, text=True, check=True, errors="replace"
    ).stdout


def findings(text: str) -> list[str]:
    return [name for name, pattern in PATTERNS.items() if re.search(pattern, text)]


@pytest.mark.clause("S.44")
@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN EC PRIVATE" + " KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a" * 36,
        "postgresql://congvu:" + "mat-khau-that@db.example",
        "SECRET_KEY = '" + "x" * 40 + "'",
    ],
)
def test_the_scanner_finds_what_is_planted(planted: str):
    assert findings(planted)


@pytest.mark.clause("S.44")
def test_no_file_of_the_tree_holds_a_secret():
    found = []
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        file = ROOT / name
        if not name or SKIPPED.search(name) or not file.is_file():
            continue
        found += [(name, kind) for kind in findings(file.read_text("utf-8", errors="replace"))]
    assert found == []


@pytest.mark.clause("S.44")
@pytest.mark.parametrize("kind", ["private key", "cloud key", "forge token"])
def test_nothing_of_the_history_held_one_either(kind: str):
    pattern = PATTERNS[kind].replace(r"\b", r"")
    assert git("log", "--all", "--oneline", "-E", "-G", pattern) == ""
