"""What the two READMEs promise is there: settings, commands, accounts, links, pictures."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from congvu.run.cli import COMMANDS
from congvu.run.demo import accounts

REPOSITORY = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.vi.md")
RUNBOOK = sorted((REPOSITORY / "docs/runbook").glob("*.md"))
PAGES = (*READMES, "SECURITY.md", *(f"docs/runbook/{page.name}" for page in RUNBOOK))
# Read through os.environ directly or through a function of ours that takes the name first.
READ = re.compile(
    r"(?:environ\.get\(|environ\[|getenv\(|_number\()\s*\"((?:CONGVU|DATABASE|PG)_[A-Z_]+)\""
)
LARGEST_PICTURE = 300_000


def text_of(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def variables_read() -> set[str]:
    sources = (REPOSITORY / "src").rglob("*.py")
    return {name for path in sources for name in READ.findall(path.read_text("utf-8"))}


def rows_of(name: str) -> dict[str, str]:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+) \|$", text_of(name), re.MULTILINE)
    return dict(rows)


def test_the_search_finds_what_the_program_reads() -> None:
    assert {"CONGVU_VAR", "CONGVU_PORT", "CONGVU_WEB_THREADS", "DATABASE_URL"} <= variables_read()


@pytest.mark.parametrize("readme", READMES)
def test_the_table_names_every_setting_and_no_other(readme: str) -> None:
    assert set(rows_of(readme)) == variables_read()


def test_both_tables_have_the_same_order() -> None:
    assert list(rows_of("README.md")) == list(rows_of("README.vi.md"))


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_can_be_read_in_one_sitting(readme: str) -> None:
    assert len(text_of(readme).splitlines()) <= 250


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.MULTILINE))
    assert named - targets == set()
    words = set(re.findall(r"(?:`|bin/)congvu ([a-z-]+)", text_of(page)))
    assert words - set(COMMANDS) == set()


@pytest.mark.parametrize("readme", READMES)
def test_the_demonstration_has_what_the_first_steps_use(readme: str) -> None:
    known = {one.username: one.password for one in accounts()}
    text = text_of(readme)
    assert set(re.findall(r"`([a-z]+\.(?!py|md)[a-z]+)`", text)) <= set(known)
    assert set(re.findall(r"`(PhuYen[\w-]+)`", text)) == set(known.values())


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)|src=\"([^\"]+)\"", text_of(page))
    inside = [one or other for one, other in links if "://" not in (one or other)]
    folder = (REPOSITORY / page).parent
    assert [link for link in inside if not (folder / unquote(link)).exists()] == []


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((REPOSITORY / "docs/images").iterdir())
    assert pictures
    for picture in pictures:
        assert picture.suffix == ".png" and picture.stat().st_size <= LARGEST_PICTURE, picture.name
        for readme in READMES:
            assert f"docs/images/{picture.name}" in text_of(readme)
