"""Documents: YAML and JSON without their traps."""

import json
import math
from collections import Counter
from typing import Any, Never

import yaml


def parse(file: str, text: str) -> object:
    """The content of a configuration file, by its name.

    Raises:
        ValueError: It is no JSON, or has a key twice.
        yaml.YAMLError: It is no YAML, or has a key twice.
    """
    if file.endswith("json"):
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    return yaml.load(text, _Strict)  # noqa: S506 - it is a safe loader


class _Strict(yaml.CSafeLoader):
    """YAML without its traps.

    A key may stand only once, else the second of two limits wins unseen. Times and dates stay
    text, else 18:30 is read as a number; and what is no number is none.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the base class's signature
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _number(loader: _Strict, node: yaml.ScalarNode) -> float | str:
    """A finite number, or the text where there is a colon in it."""
    if ":" in node.value:
        return str(node.value)
    if node.tag.endswith(":int"):
        return loader.construct_yaml_int(node)
    value = loader.construct_yaml_float(node)
    if math.isfinite(value):
        return value
    raise yaml.MarkedYAMLError(problem=f"{node.value} is no number", problem_mark=node.start_mark)


_Strict.add_constructor("tag:yaml.org,2002:int", _number)
_Strict.add_constructor("tag:yaml.org,2002:float", _number)
_Strict.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which a key may stand only once, as in YAML."""
    content = dict(pairs)
    if len(content) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {twice!r} stands twice in {content!r:.80}")
    return content


def _no_number(name: str) -> Never:
    raise ValueError(f"{name} is no number")
