"""The mark that ties code to the article of law it carries out, and the grammar of the ids.

An id is `<act>.<article>.<paragraph>.<point>`, e.g. `QC.8.3.b`. Points keep their Vietnamese
letters (`QC.6.1.đ`). Annexes write `PL<number>` and Roman parts (`ND30.PL1.I.II.3`). Security
checks are `S.01`. That an id exists is checked by `congvu.run.clauses`, not here.
"""

import re
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

ID_GRAMMAR = re.compile(r"[A-Z]{1,8}[0-9]{0,3}(\.([0-9]{1,3}|PL[0-9]|[IVX]+|[a-zđ]))*")

ACTS = {
    "QC": "Quy chế ban hành kèm theo Quyết định 03/2022/QĐ-UBND",
    "QD": "Quyết định 03/2022/QĐ-UBND",
    "ND30": "Nghị định 30/2020/NĐ-CP",
    "QD28": "Quyết định 28/2018/QĐ-TTg",
    "QD55": "Quyết định 55/2019/QĐ-UBND",
    "QD20": "Quyết định 20/2020/QĐ-TTg",
    "ND64": "Nghị định 64/2007/NĐ-CP",
    "ND91": "Nghị định 91/2020/NĐ-CP",
    "ND130": "Nghị định 130/2018/NĐ-CP",
    "TT01": "Thông tư 01/2019/TT-BNV",
    "TT41": "Thông tư 41/2017/TT-BTTTT",
    "QCVN102": "QCVN 102:2016/BTTTT",
    "LGDDT": "Luật Giao dịch điện tử 20/2023/QH15",
    "BLLD": "Bộ luật Lao động 45/2019/QH14",
    "LBMNN": "Luật Bảo vệ bí mật nhà nước 29/2018/QH14",
    "S": "Danh mục kiểm tra an toàn",
}


def clause(*ids: str) -> Callable[[T], T]:
    """Mark a function or class as the place where these clauses are carried out.

    The ids are kept in `__clauses__` (inner marks last). Raises ValueError on a malformed id.
    """
    for one in ids:
        check_id(one)

    def mark(target: T) -> T:
        known = vars(target).get("__clauses__", ())
        target.__clauses__ = (*ids, *known)  # type: ignore[attr-defined]
        return target

    return mark


def check_id(clause_id: str) -> str:
    """Give the id back, or raise ValueError when it does not follow the grammar."""
    if not ID_GRAMMAR.fullmatch(clause_id):
        raise ValueError(f"not a clause id: {clause_id!r}")
    return clause_id


def citation(clause_id: str) -> str:
    """Say an id the way a clerk writes it: `Điều 8 khoản 3 điểm b`.

    The Regulation itself is the home act and is not named; other acts are.
    """
    act, *path = check_id(clause_id).split(".")
    if act == "S":
        return f"mục S{path[0]} {ACTS[act]}" if path else ACTS[act]
    said = _annex_words(path) if path and path[0].startswith("PL") else _article_words(path)
    if act == "QC":
        return said or ACTS[act]
    name = ACTS.get(act, act)
    return f"{said} {name}" if said else name


def _article_words(path: list[str]) -> str:
    # Some articles go from the article straight to points (Điều 4 điểm b).
    words = [f"điểm {part}" if part.isalpha() else f"khoản {part}" for part in path[1:]]
    return " ".join([f"Điều {part}" for part in path[:1]] + words)


def _annex_words(path: list[str]) -> str:
    annex, *rest = path
    roman = ("I", "II", "III", "IV", "V", "VI")[int(annex[2:]) - 1]
    romans = [part for part in rest if part.isupper()]
    places = ["Phần", "Mục"] if len(romans) == 2 else ["Mục"] * len(romans)
    words = [f"Phụ lục {roman}"]
    for part in rest:
        if part.isupper():
            words.append(f"{places.pop(0)} {part}")
        else:
            words.append(f"{'khoản' if part.isdigit() else 'điểm'} {part}")
    return " ".join(words)
