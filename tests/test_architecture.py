"""The arrows of the architecture: data goes down, nothing reaches back up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

DOMAIN = "monitoring.domain"
ENGINE = "monitoring.engine"
SERVICES = "monitoring.services"

# Package → packages of ours that it may import, besides itself.
ARROWS = {
    DOMAIN: set[str](),
    ENGINE: {DOMAIN},
    "monitoring.store": {DOMAIN, "monitoring.services.ports", "monitoring.services.frame_ports"},
    "sensors": {DOMAIN, "monitoring.documents", "monitoring.faults"},
    SERVICES: {DOMAIN, ENGINE},
    "monitoring.web": {DOMAIN, SERVICES},
    "monitoring.site": {DOMAIN, "monitoring.reader", "monitoring.faults"},
    "monitoring.reader": {"monitoring.documents", "monitoring.faults"},
    "monitoring.documents": set[str](),
    "monitoring.faults": set[str](),
}
# What the pure rooms may use from outside.
LIBRARIES = {DOMAIN: {"pydantic"}, ENGINE: {"numpy", "numba"}}
STANDARD = set(__import__("sys").stdlib_module_names)


def modules() -> list[str]:
    files = [*ROOT.glob("monitoring/**/*.py"), *ROOT.glob("sensors/**/*.py")]
    return sorted(
        ".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for f in files
        if "versions" not in f.parts  # migrations are numbered scripts, imported by nobody
    )


def path_of(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            assert node.module
            yield node.module


def room_of(module: str) -> str | None:
    fitting = [r for r in ARROWS if module == r or module.startswith(r + ".")]
    return max(fitting, key=len, default=None)


@pytest.mark.parametrize("module", modules())
def test_every_import_follows_an_arrow(module: str) -> None:
    room = room_of(module)
    if module in {"monitoring", "sensors"} and room is None:
        return
    assert room, f"{module} stands in no room of the architecture"
    for target in imports(path_of(module)):
        assert target not in ("app", "station"), f"{target}.py knows everything; nobody imports it"
        if not target.startswith(("monitoring", "sensors")):
            allowed = LIBRARIES.get(room)
            if allowed is not None:
                top = target.split(".")[0]
                assert top in STANDARD | allowed, f"{room} must not need {top}"
            continue
        fits = [a for a in {room, *ARROWS[room]} if target == a or target.startswith(a + ".")]
        assert fits, f"{module} imports {target}: {room} may only import {ARROWS[room]}"


@pytest.mark.parametrize("module", ["app", "station", *modules()])
def test_no_module_is_crowded(module: str) -> None:
    lines = path_of(module).read_text(encoding="utf-8").count("\n")
    assert lines <= 300, f"{module} has {lines} lines; split it by what it knows"


@pytest.mark.parametrize("module", [m for m in modules() if m.startswith((DOMAIN, ENGINE))])
def test_the_pure_rooms_never_ask_the_time(module: str) -> None:
    text = path_of(module).read_text(encoding="utf-8")
    for question in ("datetime.now", "time.time", "monotonic", "uuid", "random", "date.today"):
        assert question not in text, f"{module} asks for {question}; let the caller pass it"
