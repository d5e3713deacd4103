"""The acts as data, and the count of clauses: it must catch what is planted."""

from pathlib import Path

import pytest
import yaml

from congvu.rules.clauses import ACTS, ID_GRAMMAR
from congvu.run.clauses import ROOT, faults, is_done, render, stale_plans, survey

REGULATIONS = ROOT / "src" / "congvu" / "regulations"
ACT_FILES = sorted(p for p in REGULATIONS.glob("*.yaml") if p.name != "not-yet.yaml")


def test_this_tree_has_no_faults() -> None:
    assert faults(survey(ROOT)) == []


@pytest.mark.parametrize("path", ACT_FILES, ids=lambda path: path.stem)
def test_an_act_is_well_formed(path: Path) -> None:
    act = yaml.safe_load(path.read_text("utf-8"))
    assert act["act"] in ACTS
    ids = [unit["id"] for unit in act["units"]]
    assert len(ids) == len(set(ids)) > 0
    for unit in act["units"]:
        assert ID_GRAMMAR.fullmatch(unit["id"])
        assert unit["id"].split(".")[0] == act["act"]
        assert unit["text"].strip()


def test_every_act_that_can_be_cited_is_written_down() -> None:
    acts = {yaml.safe_load(path.read_text("utf-8"))["act"] for path in ACT_FILES}
    assert acts == set(ACTS)


def test_the_regulation_has_its_60_leaves_in_their_kinds() -> None:
    act = yaml.safe_load((REGULATIONS / "qc-03-2022.yaml").read_text("utf-8"))
    ids = [unit["id"] for unit in act["units"]]
    leaves = [i for i in ids if not any(other.startswith(f"{i}.") for other in ids)]
    kinds = {unit["id"]: unit["kind"] for unit in act["units"] if "kind" in unit}
    assert len(ids) == 81
    assert len(leaves) == 60
    assert sorted(kinds) == sorted(leaves)
    counts = {kind: list(kinds.values()).count(kind) for kind in set(kinds.values())}
    assert counts == {"rule": 15, "feature": 24, "duty": 6, "scope": 5, "term": 3, "org": 7}
    assert str(act["in_force"]) == "2022-02-18"
    text = next(unit["text"] for unit in act["units"] if unit["id"] == "QC.8.3.b")
    assert text.endswith("thời điểm bắt đầu giờ làm việc hành chính của ngày làm việc liền sau.")


# --- plants ---------------------------------------------------------------------------------

CODE = '@clause("QC.8.3.b")\ndef received(): ...\n'
TEST = '@pytest.mark.clause("QC.8.3.b")\ndef test_it(): ...\n'
ACT = {
    "act": "QC", "title": "Quy chế", "number": "03/2022/QĐ-UBND", "verification": "full_text",
    "units": [
        {"id": "QC.8", "text": "Điều 8. Thời điểm gửi/nhận"},
        {"id": "QC.8.3.b", "kind": "rule", "text": "Thời điểm nhận"},
        {"id": "QC.5.1", "kind": "feature", "text": "Soạn thảo | ký số"},
    ],
}  # fmt: skip


def plant(root: Path, files: dict[str, str]) -> Path:
    """A small sound tree with some files put on top."""
    sound = {
        "src/congvu/regulations/qc.yaml": yaml.safe_dump(ACT, allow_unicode=True),
        "src/congvu/regulations/not-yet.yaml": "- {work: Sau, clauses: [QC.5.1]}\n",
        "src/congvu/rules/moments.py": CODE,
        "tests/rules/test_moments.py": TEST,
    }
    for name, text in (sound | files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def planted_faults(root: Path, files: dict[str, str]) -> list[str]:
    return faults(survey(plant(root, files)))


def test_a_sound_tree_passes(tmp_path: Path) -> None:
    assert planted_faults(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/congvu/rules/more.py", '@clause("QC.8.3.z")\ndef f(): ...\n'),
        ("src/congvu/rules/more.py", '@clauses.clause("QC.8.3.z")\nclass F: ...\n'),
        ("src/congvu/tasks/accept.py", 'refuse_if(late, "E1", clause="QC.8.3.z")\n'),
        ("src/congvu/tasks/accept.py", 'Finding(1, "QC.8.3.z", "", "")\n'),
        ("src/congvu/tasks/accept.py", 'x = Reason("…", clause="nonsense")\n'),
        ("src/congvu/web/desk/a.html", "<p>{# clause QC.8.3.z #}</p>"),
        ("src/congvu/web/desk/a.html", "{# clause QC.5.1, QC.8.3.z #}"),
        ("src/congvu/documents/typst/a.typ", "= Tên\n// clause QC.8.3.z\n"),
        ("tests/rooms/test_a.py", '@pytest.mark.clause("QC.5.1", "QC.8.3.z")\ndef test_a(): ...\n'),
        ("tests/rooms/test_a.py", 'pytestmark = pytest.mark.clause("QC.8.3.z")\n'),
    ],
)
def test_an_unknown_clause_is_caught_anywhere(tmp_path: Path, name: str, text: str) -> None:
    (fault,) = planted_faults(tmp_path, {name: text})
    assert fault.startswith(f"{name}:")
    assert "unknown clause" in fault


def test_plain_texts_and_empty_clauses_are_left_alone(tmp_path: Path) -> None:
    text = 'x = "QC.8.3.b trở đi"\ny = "documents.E010"\nz = f(clause="")\nw = "QC"\n'
    assert planted_faults(tmp_path, {"src/congvu/tasks/a.py": text}) == []


def test_a_rule_needs_code_in_rules_and_a_test(tmp_path: Path) -> None:
    elsewhere = {"src/congvu/rules/moments.py": "", "src/congvu/tasks/accept.py": CODE}
    assert planted_faults(tmp_path / "a", elsewhere) == ["QC.8.3.b: a rule without code in rules/"]
    cited = {"src/congvu/rules/moments.py": 'x = "QC.8.3.b"\n'}
    assert planted_faults(tmp_path / "b", cited) == ["QC.8.3.b: a rule without code in rules/"]
    untested = {"tests/rules/test_moments.py": ""}
    assert planted_faults(tmp_path / "c", untested) == ["QC.8.3.b: a rule without test"]


def test_an_unfinished_feature_must_be_announced(tmp_path: Path) -> None:
    silent = {"src/congvu/regulations/not-yet.yaml": "[]\n"}
    (fault,) = planted_faults(tmp_path / "a", silent)
    assert fault.startswith("QC.5.1: a feature without code and test")
    done = silent | {
        "src/congvu/documents/start.py": '@clause("QC.5.1")\ndef start(): ...\n',
        "tests/rooms/test_start.py": '@pytest.mark.clause("QC.5.1")\ndef test_a(): ...\n',
    }
    assert planted_faults(tmp_path / "b", done) == []


def test_rules_and_unknown_clauses_cannot_be_put_off(tmp_path: Path) -> None:
    plans = "- {work: Sau, clauses: [QC.5.1, QC.8.3.b, QC.99]}\n"
    found = planted_faults(tmp_path, {"src/congvu/regulations/not-yet.yaml": plans})
    assert found == [
        "not-yet.yaml: 'QC.8.3.b' is not a feature or duty of the Regulation",
        "not-yet.yaml: 'QC.99' is not a feature or duty of the Regulation",
    ]


def test_the_matrix_shows_places_and_what_is_not_done(tmp_path: Path) -> None:
    found = survey(plant(tmp_path, {"src/congvu/web/a.html": "{# clause QC.8.3.b #}"}))
    table = render(found)
    assert (
        "| QC.8.3.b | quy tắc | Thời điểm nhận | rules/moments.py | rules/test_moments.py "
        "| web/a.html | đã làm |"
    ) in table
    assert "| QC.5.1 | chức năng | Soạn thảo / ký số |  |  |  | **chưa làm** |" in table
    assert "- Sau: QC.5.1" in table
    assert "| quy tắc | 1 | 1 | 1 | 0 |" in table
    assert "| chức năng | 1 | 0 | 0 | 1 |" in table


def test_a_finished_clause_may_leave_the_list(tmp_path: Path) -> None:
    done = {
        "src/congvu/web/a.html": "{# clause QC.5.1 #}",
        "tests/rooms/test_start.py": '@pytest.mark.clause("QC.5.1")\ndef test_a(): ...\n',
    }
    found = survey(plant(tmp_path, done))
    assert is_done(found.units["QC.5.1"], found)
    assert stale_plans(found) == ["QC.5.1"]
    # As long as it is announced as missing, a first mark does not make it finished.
    assert "làm một phần" in render(found)
    assert "- Sau: QC.5.1" in render(found)
    (tmp_path / "src/congvu/regulations/not-yet.yaml").write_text("[]\n")
    finished = survey(tmp_path)
    assert faults(finished) == stale_plans(finished) == []
    assert "## Chưa làm" not in render(finished)
    assert "| chức năng | 1 | 1 | 1 | 0 |" in render(finished)


def test_a_clause_written_twice_is_an_error(tmp_path: Path) -> None:
    twice = ACT | {"units": [ACT["units"][0], ACT["units"][0]]}  # type: ignore[index]
    with pytest.raises(ValueError, match=r"qc\.yaml: QC\.8 stands there twice"):
        survey(plant(tmp_path, {"src/congvu/regulations/qc.yaml": yaml.safe_dump(twice)}))
