"""The catalogues: Chinese is complete, and no sentence hides in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitoring.web.language import Language, catalogue

WEB = Path(__file__).resolve().parents[2] / "monitoring" / "web"
MODULES = sorted(WEB.rglob("*.py"))
# Names that are the same in every language.
PROPER = {"港安", "港安 Gang'an", "中文"}
CJK = re.compile(r"[\u3400-\u9fff]")


def constants(node: ast.AST) -> Iterator[str]:
    """String constants below a node, docstrings left out."""
    docstrings = {
        id(body[0].value)
        for parent in ast.walk(node)
        if (body := getattr(parent, "body", None))
        and isinstance(body, list)
        and isinstance(body[0], ast.Expr)
    }
    for child in ast.walk(node):
        if (
            isinstance(child, ast.Constant)
            and isinstance(child.value, str)
            and id(child) not in docstrings
        ):
            yield child.value


def all_constants() -> set[str]:
    return {text for m in MODULES for text in constants(ast.parse(m.read_text(encoding="utf-8")))}


def asked_for() -> set[str]:
    """What is given to `translate`, and the titles of panels, as far as it stands in the code."""
    found: set[str] = set()
    for module in MODULES:
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                if call.func.id == "translate":
                    found |= set(constants(call.args[0]))
                elif call.func.id == "panel":
                    found.add(next(constants(call.args[0])))
    return found


def test_every_sentence_has_its_chinese() -> None:
    texts = asked_for()
    assert len(texts) > 20
    assert not sorted(texts - catalogue(Language.ZH).keys())


def test_every_entry_of_the_catalogue_is_used() -> None:
    assert not sorted(catalogue(Language.ZH).keys() - all_constants())


def test_a_translation_keeps_the_places_of_its_values() -> None:
    place = re.compile(r"\{\w+\}")
    for source, chinese in catalogue(Language.ZH).items():
        assert sorted(place.findall(source)) == sorted(place.findall(chinese)), source


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.stem)
def test_no_chinese_stands_outside_the_catalogue(module: Path) -> None:
    texts = set(constants(ast.parse(module.read_text(encoding="utf-8")))) - PROPER
    assert not [text for text in texts if CJK.search(text)]
