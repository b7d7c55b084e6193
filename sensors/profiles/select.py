"""Selectors: where in the tree of a payload a value stands.

A path is made of such steps:

    temperature                           a key
    object.surface_temperature            a key in another's mapping
    rxInfo[0].rssi                        a place in a list; [-1] is the last
    [3:5]                                 a part of a list or of bytes
    metrics[?name='WaterLevel'].value     the first of a list whose `name` is WaterLevel
    object.'air temp. 1'                  a key with signs of its own, in quotes
    $.time                                from the payload's root, where `at` is inside of it
    $                                     the whole payload

What is absent and what is null are the same: None.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from sensors.profiles.words import word

Selector = Callable[[Any, Any], Any]
"""Takes the node to begin at and the payload's root; gives the value, or None."""

_Step = Callable[[Any], Any]
_STEP: Final = re.compile(
    r"""
      (?P<dot>\.?)(?:(?P<name>[^.\[\]'"$=?]+)|(?P<quoted>'[^']*'|"[^"]*"))
    | \[(?P<index>-?\d+)\]
    | \[(?P<start>-?\d*):(?P<stop>-?\d*)\]
    | \[(?P<key>'[^']*'|"[^"]*")\]
    | \[\?(?P<field>[^=\]'"]+)=(?P<value>'[^']*'|"[^"]*"|[^\]'"]+)\]
    """,
    re.VERBOSE,
)


def selector(paths: Sequence[str]) -> Selector:
    """Finds the value at the first of the paths that has one.

    Raises:
        ValueError: A path can't be read; says from where on.
    """
    selectors = [_compile(path) for path in paths]
    if len(selectors) == 1:
        return selectors[0]

    def first(node: Any, root: Any) -> Any:
        for select in selectors:
            value = select(node, root)
            if value is not None:
                return value
        return None

    return first


def check(path: str) -> str:
    """The path itself.

    Raises:
        ValueError: It can't be read; says from where on.
    """
    _compile(path)
    return path


def _compile(path: str) -> Selector:
    is_from_root = path.startswith("$")
    found = _parse(path, 1 if is_from_root else 0)
    keys = [step for step in found if isinstance(step, str)]
    if len(keys) == len(found):  # nearly all of them are
        return _by_keys(tuple(keys), is_from_root=is_from_root)
    steps = [_key(step) if isinstance(step, str) else step for step in found]

    def select(node: Any, root: Any) -> Any:
        at = root if is_from_root else node
        for step in steps:
            at = step(at)
            if at is None:
                return None
        return at

    return select


def _by_keys(keys: tuple[str, ...], *, is_from_root: bool) -> Selector:
    def select(node: Any, root: Any) -> Any:
        at = root if is_from_root else node
        for key in keys:
            if not isinstance(at, dict):
                return None
            at = at.get(key)
        return at

    return select


def _parse(path: str, at: int) -> list[str | _Step]:
    """The steps of a path: texts for keys."""
    steps: list[str | _Step] = []
    start = at
    while at < len(path):
        found = _STEP.match(path, at)
        is_apart = found is not None and (found["dot"] is None or (at > 0) == bool(found["dot"]))
        if found is None or not is_apart:
            raise ValueError(
                f"{path!r} can't be read from {path[at:]!r} on; "
                "expected such as object.temperature, list[0].value or list[?name='x'].value"
            )
        steps.append(_step(found))
        at = found.end()
    if not path or (at == start and not path.startswith("$")):
        raise ValueError("the path is empty; expected such as object.temperature, or $ for all")
    return steps


def _step(found: re.Match[str]) -> str | _Step:
    if name := found["name"]:
        return name.strip()
    if quoted := found["quoted"] or found["key"]:
        return quoted[1:-1]
    if index := found["index"]:
        return _place(int(index))
    if field := found["field"]:
        return _entry(field.strip(), word(found["value"].strip("'\"")))
    start, stop = (int(n) if n else None for n in (found["start"], found["stop"]))
    return _part(slice(start, stop))


def _key(name: str) -> _Step:
    return lambda node: node.get(name) if isinstance(node, dict) else None


def _place(index: int) -> _Step:
    def place(node: Any) -> Any:
        if isinstance(node, list | bytes) and -len(node) <= index < len(node):
            return node[index]
        return None

    return place


def _part(bounds: slice) -> _Step:
    def part(node: Any) -> Any:
        return node[bounds] or None if isinstance(node, list | bytes) else None

    return part


def _entry(field: str, value: str) -> _Step:
    def entry(node: Any) -> Any:
        if isinstance(node, list):
            for item in node:
                if isinstance(item, dict) and word(item.get(field)) == value:
                    return item
        return None

    return entry
