"""The design system: its guide is true, its pages need no inline code, its colours can be read."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.http import Http404
from django.template.loader import get_template
from django.test import Client, RequestFactory

from congvu.web import shell
from congvu.web.shell import samples, views

SHELL = Path(shell.__file__).parent
WEB = SHELL.parent
GUIDE = SHELL.parents[3] / "docs" / "design-system.md"
TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
INLINE = re.compile(r"\s(style|on[a-z]+|hx-on[\w:-]*)\s*=|<style|javascript:", re.IGNORECASE)
FIRST_LOAD = 150_000


class Page(HTMLParser):
    """What a test wants to know of a page: ids, and what refers to them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: set[str] = set()
        self.scripts_with_text = 0
        self._inside_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside_script = tag == "script"
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("for", "popovertarget", "data-dialog", "data-counted"):
                self.wanted.add(value or "")
            if name in ("aria-describedby", "aria-labelledby", "aria-controls"):
                self.wanted.update((value or "").split())

    def handle_endtag(self, tag: str) -> None:
        self._inside_script = False

    def handle_data(self, data: str) -> None:
        if self._inside_script and data.strip():
            self.scripts_with_text += 1


def catalogue(**query: str) -> str:
    request = RequestFactory().get("/he-thong-giao-dien/", query)
    return views.design_system(request).content.decode()


@pytest.fixture(autouse=True)
def _debug(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEBUG = True


def macros() -> dict[str, object]:
    """Every macro behind the one door, by name."""
    module = get_template("shell/components.html").template.module
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_") and callable(thing)
    }


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_template_carries_inline_style_script_or_action(template: Path) -> None:
    assert not INLINE.search(template.read_text(encoding="utf-8"))


def test_no_script_writes_a_style_attribute() -> None:
    for script in (SHELL / "assets").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"setAttribute\(\s*[\"']style|innerHTML\s*=|eval\(", text), script.name


def test_the_guide_names_every_macro_and_every_parameter() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for name, macro in macros().items():
        if name in ("mark", "share_bar", "PATHS"):  # drawings of the frame, not for pages
            continue
        assert f"`{name}(" in guide, f"{name} is missing in the guide"
        for argument in macro.arguments:  # type: ignore[attr-defined]
            assert re.search(rf"\b{argument}\b", guide), f"{name}({argument}) is not in the guide"


def test_the_guide_names_no_macro_that_does_not_exist() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    part = guide.split("## Macros")[1].split("## Behaviour")[0]
    named = set(re.findall(r"`([a-z_]+)\(", part))
    assert named
    assert named <= set(macros())


@pytest.mark.parametrize("page", [{}, {"phan": "split"}, {"phan": "split", "xem": "list"}])
def test_the_living_page_refers_only_to_what_is_there(page: dict[str, str]) -> None:
    seen = Page(catalogue(**page))
    twice = [one for one, times in Counter(seen.ids).items() if times > 1]
    assert twice == []
    assert seen.wanted - set(seen.ids) == set()
    assert seen.scripts_with_text == 0


def test_the_living_page_stays_in_the_workshop(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEBUG = False
    with pytest.raises(Http404):
        catalogue()


def test_the_samples_are_as_long_as_real_work() -> None:
    assert len(samples.LONG_SUBJECT) >= 300
    assert len(samples.deliveries()) == 40
    everywhere = sum(len(group["agencies"]) for group in samples.recipient_groups())
    assert everywhere >= 136


@pytest.mark.parametrize(
    ("status", "name"), [(403, "403"), (404, "404"), (429, "429"), (500, "500")]
)
def test_an_error_page_needs_no_context(status: int, name: str) -> None:
    text = get_template(f"shell/{name}.html").render({})
    assert f"Lỗi {status}" in text
    assert "Trở lại trang trước" in text


def test_a_refusal_says_its_clause_and_its_code() -> None:
    problem = {
        "title": "Chưa phát hành được",
        "say": "Văn bản chưa được ký số nên chưa thể phát hành. Hãy trình ký trước.",
        "code": "documents.E010",
        "clause": "QC.8.3.b",
    }
    text = get_template("shell/error.html").render({"problem": problem})
    assert "điểm b khoản 3 Điều 8 Quy chế ban hành kèm theo Quyết định 03/2022/QĐ-UBND" in text
    assert "documents.E010" in text


def test_what_a_person_typed_never_becomes_markup() -> None:
    source = (
        '{% import "shell/components.html" as ui %}'
        '{{ ui.list_row("#", bad, number=bad, sender=bad, select=bad) }}'
        '{{ ui.field(bad, "x", value=bad, help=bad, error=bad, attrs={"data-x": bad}) }}'
        "{{ ui.timeline_entry('e', bad, bad, note=bad) }}"
        "{{ ui.signature_card('valid', bad, says=bad) }}"
        "{{ ui.toast(bad) }}{{ ui.bar_chart(bad, [bad], [{'label': bad, 'values': [1]}]) }}"
    )
    engine = get_template("shell/components.html").template.environment
    text = engine.from_string(source).render(bad='"><script>alert(1)</script>')
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert Page(text).scripts_with_text == 0


# --- colours ------------------------------------------------------------------------------------

TOKENS = (SHELL / "assets/css/tokens.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "paper"), ("ink-2", "paper"), ("ink-3", "paper"), ("ink", "ground"),
    ("ink-2", "ground"), ("ink-2", "ground-2"), ("ink-3", "ground-2"), ("late", "paper"),
    ("late", "late-soft"), ("late", "ground"), ("due", "due-soft"), ("due", "ground"),
    ("due", "paper"), ("valid", "valid-soft"), ("valid", "paper"), ("paused", "paused-soft"),
    ("error", "error-soft"), ("error", "paper"), ("late", "accent-soft"), ("due", "accent-soft"),
    ("ink-2", "accent-soft"), ("accent", "paper"), ("on-accent", "accent"),
    ("accent-strong", "accent-soft"), ("accent", "ground"), ("accent", "ground-2"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette(accent: str) -> dict[str, str]:
    """The tokens of colour under one accent."""
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", TOKENS.split("}")[0]))
    own = re.search(rf'data-accent="{accent}"\] {{([^}}]*)}}', TOKENS)
    if own:
        colours.update(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", own[1]))
    return colours


@pytest.mark.parametrize("accent", views.ACCENTS)
def test_every_text_colour_can_be_read_on_its_ground(accent: str) -> None:
    colours = palette(accent)
    for text, ground in PAIRS:
        assert contrast(colours[text], colours[ground]) >= 4.5, (accent, text, ground)
    assert contrast(colours["line-control"], colours["paper"]) >= 3, "edges of controls"
    assert contrast(colours["focus"], colours["paper"]) >= 3, "the ring of focus"


def test_every_accent_is_a_different_colour() -> None:
    assert len({palette(accent)["accent"] for accent in views.ACCENTS}) == len(views.ACCENTS)


def test_every_class_of_a_template_is_styled() -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in (SHELL / "assets").rglob("*.css"))
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles)) | {"bottom-more"}
    for template in TEMPLATES:
        text = re.sub(r"\{[{%#].*?[}%#]\}", " ", template.read_text(encoding="utf-8"), flags=re.S)
        used = {word for found in re.findall(r'class="([^"]*)"', text) for word in found.split()}
        used = {word for word in used if not word.endswith("-")}  # completed by an expression
        assert used <= known, f"{template.name}: {sorted(used - known)}"


def test_the_first_load_is_light() -> None:
    """Style, scripts, htmx and four font files, compressed as they travel: under 150 kB."""
    dist = Path(settings.STATICFILES_DIRS[0]) / "dist"
    if not (dist / "desk.js").is_file():
        pytest.fail("The front-end files are not built: run python3 scripts/frontend.py")
    names = ("desk.css", "desk.js", "early.js", "htmx.js")
    total = 0
    for name in names:
        answer = Client().get(f"/tinh/dist/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip", name
        total += int(answer["Content-Length"])
    total += sum(path.stat().st_size for path in (dist / "fonts").glob("*.woff2"))
    page = len(gzip.compress(catalogue(phan="split").encode(), 9))
    assert total + page < FIRST_LOAD
