"""Which clause is carried out where: computes the matrix and refuses gaps (`make clauses`).

Reads the acts in `regulations/*.yaml`, then the marks in code (`@clause`, `clause="..."`, plain
ids), in tests (`pytest.mark.clause`) and on screens (`{# clause QC.9.2.a #}`), without importing
anything. Writes docs/clauses.md. Exit 1 on an unknown id, on a rule of the Regulation without
code in rules/ or without a test, and on an unfinished feature or duty nobody has announced.
A mark on a test is a claim; that the test can fail is the business of mutation testing.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from congvu.rules.clauses import ACTS, ID_GRAMMAR

ROOT = Path(__file__).resolve().parents[3]
SCREEN_MARK = re.compile(r"(?:\{#-?|//)\s*clause\s+(?P<ids>[A-Z][\w.,đ ]*?)\s*(?:-?#\}|$)", re.M)
SCREEN_SUFFIXES = (".html", ".jinja", ".txt", ".typ")
NOT_YET = "not-yet.yaml"
OWED_KINDS = ("feature", "duty")
KIND_WORDS = {
    "rule": "quy tắc",
    "feature": "chức năng",
    "duty": "nghĩa vụ",
    "scope": "phạm vi",
    "term": "từ ngữ",
    "org": "tổ chức",
    "": "",
}


@dataclass(frozen=True)
class Unit:
    """One numbered unit of an act. kind is empty on units that are only headings."""

    id: str
    act: str
    kind: str
    text: str


@dataclass(frozen=True)
class Mark:
    """One place that names a clause. role: code, cited, test or screen."""

    clause: str
    path: str
    line: int
    role: str


@dataclass
class Survey:
    """Everything found in one tree."""

    units: dict[str, Unit]
    acts: dict[str, dict[str, Any]]
    not_yet: dict[str, str]
    marks: list[Mark] = field(default_factory=list)

    def places(self, clause: str, *roles: str) -> list[str]:
        """Files that mark this clause in one of these roles, in order."""
        return sorted({m.path for m in self.marks if m.clause == clause and m.role in roles})


# --- reading ----------------------------------------------------------------------------------


def survey(root: Path) -> Survey:
    """Read acts and marks of the tree at `root` (with src/congvu and tests inside)."""
    found = _regulations(root / "src" / "congvu" / "regulations")
    for path in sorted((root / "src" / "congvu").rglob("*")):
        if path.suffix == ".py":
            found.marks += _code_marks(path, root)
        elif path.suffix in SCREEN_SUFFIXES and "node_modules" not in path.parts:
            found.marks += _screen_marks(path, root)
    for path in sorted((root / "tests").rglob("*.py")):
        found.marks += _test_marks(path, root)
    return found


def _regulations(folder: Path) -> Survey:
    units: dict[str, Unit] = {}
    acts: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name == NOT_YET:
            continue
        act = yaml.safe_load(path.read_text("utf-8"))
        acts[act["act"]] = act
        for one in act["units"]:
            if one["id"] in units:
                raise ValueError(f"{path.name}: {one['id']} stands there twice")
            units[one["id"]] = Unit(one["id"], act["act"], one.get("kind", ""), one["text"])
    written = folder / NOT_YET
    plans = yaml.safe_load(written.read_text("utf-8")) if written.exists() else []
    not_yet = {clause: plan["work"] for plan in plans or [] for clause in plan["clauses"]}
    return Survey(units, acts, not_yet)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def _texts(nodes: list[ast.expr]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def _call_name(node: ast.Call) -> str:
    parts: list[str] = []
    at: ast.expr = node.func
    while isinstance(at, ast.Attribute):
        parts.append(at.attr)
        at = at.value
    if isinstance(at, ast.Name):
        parts.append(at.id)
    return ".".join(reversed(parts))


def _code_marks(path: Path, root: Path) -> Iterator[Mark]:
    where = path.relative_to(root).as_posix()
    marked: set[int] = set()
    tree = _tree(path)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        if _call_name(call).split(".")[-1] == "clause":
            for text, line in _texts(call.args):
                yield Mark(text, where, line, "code")
            marked |= {id(arg) for arg in call.args}
        named = [word.value for word in call.keywords if word.arg == "clause"]
        for text, line in _texts(named):
            if text:
                yield Mark(text, where, line, "cited")
        marked |= {id(value) for value in named}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in marked and _is_cited(node.value):
            yield Mark(node.value, where, node.lineno, "cited")


def _is_cited(value: object) -> TypeGuard[str]:
    """A plain text that is an id of an act we know (`Finding(..., "QC.8.3.b", ...)`)."""
    if not isinstance(value, str) or "." not in value or not ID_GRAMMAR.fullmatch(value):
        return False
    return value.split(".")[0] in ACTS


def _test_marks(path: Path, root: Path) -> Iterator[Mark]:
    where = path.relative_to(root).as_posix()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and _call_name(node).endswith("mark.clause"):
            for text, line in _texts(node.args):
                yield Mark(text, where, line, "test")


def _screen_marks(path: Path, root: Path) -> Iterator[Mark]:
    where = path.relative_to(root).as_posix()
    text = path.read_text("utf-8", errors="replace")
    for match in SCREEN_MARK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        for clause in re.split(r"[,\s]+", match["ids"].strip()):
            yield Mark(clause, where, line, "screen")


# --- judging ----------------------------------------------------------------------------------


def faults(found: Survey) -> list[str]:
    """What must be put right, one English sentence each; empty when all is well."""
    said = [
        f"{mark.path}:{mark.line}: unknown clause {mark.clause!r}"
        for mark in found.marks
        if mark.clause not in found.units
    ]
    said += [
        f"{NOT_YET}: {clause!r} is not a feature or duty of the Regulation"
        for clause in found.not_yet
        if clause not in found.units or found.units[clause].kind not in OWED_KINDS
    ]
    for unit in found.units.values():
        said += _faults_of(unit, found)
    return said


def _faults_of(unit: Unit, found: Survey) -> list[str]:
    if unit.kind == "rule":
        in_rules = [p for p in found.places(unit.id, "code") if p.startswith("src/congvu/rules/")]
        said = [] if in_rules else [f"{unit.id}: a rule without code in rules/"]
        return said + ([] if found.places(unit.id, "test") else [f"{unit.id}: a rule without test"])
    if unit.kind in OWED_KINDS and not is_done(unit, found) and unit.id not in found.not_yet:
        return [f"{unit.id}: a {unit.kind} without code and test, and not in {NOT_YET}"]
    return []


def is_done(unit: Unit, found: Survey) -> bool:
    """Whether a clause that needs software has both code (or a screen) and a test."""
    return bool(found.places(unit.id, "code", "cited", "screen") and found.places(unit.id, "test"))


def is_finished(unit: Unit, found: Survey) -> bool:
    """Done, and nothing announced as missing: the not-yet list wins over a first mark."""
    return is_done(unit, found) and unit.id not in found.not_yet


def stale_plans(found: Survey) -> list[str]:
    """Clauses with code and test that may leave the not-yet list, if nothing is missing."""
    return [c for c in found.not_yet if c in found.units and is_done(found.units[c], found)]


# --- writing ----------------------------------------------------------------------------------


def render(found: Survey) -> str:
    """The matrix as Markdown."""
    lines = [
        "# Điều khoản và nơi thực hiện",
        "",
        "Bảng này do `make clauses` tạo ra; không sửa tay. Một dấu ở cột kiểm thử là lời khẳng",
        "định rằng có kiểm thử, chất lượng của kiểm thử xem ở docs/mutation.md.",
        "",
        *_totals(found),
    ]
    for act in ("QC", "QD"):
        if act in found.acts:
            lines += _act_heading(found.acts[act])
            lines += _table([u for u in found.units.values() if u.act == act and u.kind], found)
    for act in sorted(set(found.acts) - {"QC", "QD"}):
        used = {mark.clause for mark in found.marks}
        units = [u for u in found.units.values() if u.act == act and u.id in used]
        if units:
            lines += [*_act_heading(found.acts[act]), *_table(units, found)]
    return "\n".join([*lines, *_plans(found)]) + "\n"


def _totals(found: Survey) -> list[str]:
    rows = [
        "| Loại | Số điều khoản | Có mã nguồn | Có kiểm thử | Chưa làm |",
        "|---|--:|--:|--:|--:|",
    ]
    for kind, words in KIND_WORDS.items():
        units = [u for u in found.units.values() if u.act == "QC" and u.kind == kind]
        if not kind or not units:
            continue
        code = sum(bool(found.places(u.id, "code", "cited", "screen")) for u in units)
        test = sum(bool(found.places(u.id, "test")) for u in units)
        owed = kind == "rule" or kind in OWED_KINDS
        open_count = sum(not is_finished(u, found) for u in units) if owed else "–"
        rows.append(f"| {words} | {len(units)} | {code} | {test} | {open_count} |")
    return rows


def _act_heading(act: dict[str, Any]) -> list[str]:
    checked = {
        "full_text": "nguyên văn",
        "own_words_from_full_text": "tóm tắt từ nguyên văn",
        "secondary_sources": "tóm tắt từ nguồn thứ cấp, chưa đối chiếu nguyên văn",
        "samples_and_client_software": "theo gói tin mẫu và phần mềm kết nối",
        "text_missing": "CHƯA CÓ NGUYÊN VĂN",
        "own_list": "danh mục của hệ thống",
    }[act["verification"]]
    return ["", f"## {act['act']}: {act['title']} ({act['number']})", "", f"Nguồn: {checked}.", ""]


def _table(units: list[Unit], found: Survey) -> list[str]:
    rows = [
        "| Điều khoản | Loại | Nội dung | Mã nguồn | Kiểm thử | Màn hình | Tình trạng |",
        "|---|---|---|---|---|---|---|",
    ]
    for unit in units:
        cells = (
            unit.id,
            KIND_WORDS[unit.kind],
            _short(unit.text),
            _files(found.places(unit.id, "code", "cited"), "src/congvu/"),
            _files(found.places(unit.id, "test"), "tests/"),
            _files(found.places(unit.id, "screen"), "src/congvu/"),
            _state(unit, found),
        )
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def _state(unit: Unit, found: Survey) -> str:
    if unit.kind in ("scope", "term", "org"):
        return "ngoài phần mềm" if unit.kind == "org" else "–"
    if is_finished(unit, found):
        return "đã làm"
    if is_done(unit, found):
        return "làm một phần"
    if found.places(unit.id, "code", "cited", "screen"):
        return "chưa có kiểm thử"
    if found.places(unit.id, "test"):
        return "chỉ có kiểm thử"
    return "**chưa làm**"


def _plans(found: Survey) -> list[str]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for clause, work in found.not_yet.items():
        grouped[work].append(clause)
    if not grouped:
        return []
    lines = ["", "## Chưa làm hoặc làm một phần", ""]
    return lines + [f"- {work}: {', '.join(clauses)}" for work, clauses in grouped.items()]


def _short(text: str) -> str:
    line = text.split("\n")[-1 if text.startswith("Điều ") else 0].replace("|", "/")
    return line if len(line) <= 90 else line[:89].rstrip() + "…"


def _files(paths: list[str], prefix: str) -> str:
    short = [path.removeprefix(prefix) for path in paths]
    more = f" +{len(short) - 4}" if len(short) > 4 else ""
    return "<br>".join(short[:4]) + more


def main() -> int:
    """Write docs/clauses.md, print what is wrong and give the exit status."""
    found = survey(ROOT)
    target = ROOT / "docs" / "clauses.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(render(found), "utf-8")
    wrong = faults(found)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    for clause in stale_plans(found):
        print(f"note: {clause} has code and test; finished? then take it off {NOT_YET}")
    leaves = [u for u in found.units.values() if u.act == "QC" and u.kind]
    done = sum(is_finished(u, found) for u in leaves)
    print(f"docs/clauses.md: {done} of {len(leaves)} clauses finished; {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
