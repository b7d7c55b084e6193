"""What is wrong with a configuration, told in the words and paths of its author."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

# Forms of a condition, which pydantic names in its paths wherever a condition stands.
_FORMS: Final = frozenset({"threshold", "any", "all", "count"})
_NUMBER: Final = re.compile(r"(\d+)")

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: the file, the path of keys in it, and what was expected there."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        """A line for people."""
        where = f"{self.file}: {self.path}" if self.path else self.file
        return f"{where}: {self.message}"


class ConfigurationError(Exception):
    """The configuration cannot be used; `problems` says everything that must be mended."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems), key=_place)
        super().__init__(format_problems(self.problems))


def format_problems(problems: Sequence[Problem]) -> str:
    """All problems, a line each, and their number."""
    count = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
    return "\n".join([*map(str, problems), f"The configuration has {count}; nothing was started."])


def together(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """What both give, so that the faults of one do not hide those of the other.

    Raises:
        ConfigurationError: With the problems of both.
    """
    try:
        one = first()
    except ConfigurationError as error:
        try:
            second()
        except ConfigurationError as other:
            raise ConfigurationError([*error.problems, *other.problems]) from other
        raise
    return one, second()


def unreadable(error: Exception) -> str:
    """Why a file can't be read at all, with the line where that is known."""
    match error:
        case OSError():
            return f"the file cannot be read: {error.strerror}"
        case UnicodeDecodeError():
            return f"expected UTF-8 text; byte {error.start} is none"
        case json.JSONDecodeError():
            return f"line {error.lineno}: {error.msg}; expected JSON"
        case yaml.MarkedYAMLError() if error.problem_mark:
            is_syntax = isinstance(error, yaml.scanner.ScannerError | yaml.parser.ParserError)
            line = f"line {error.problem_mark.line + 1}: {error.problem}"
            return f"{line}; expected YAML" if is_syntax else line
        case _:
            return str(error).splitlines()[0]


def faults(
    error: ValidationError, model: type[BaseModel], content: Any, path: str
) -> Iterator[tuple[str, str]]:
    """Path and wording of each fault in `content`, which stands at `path`.

    A list of faulty entries also counts as too short, which its author need not hear.
    """
    found = error.errors()
    above = {fault["loc"][:depth] for fault in found for depth in range(len(fault["loc"]))}
    for fault in found:
        if fault["type"] != "too_short" or fault["loc"] not in above:
            yield _path_of(fault, content, path), _wording(fault, model)


def suggestion(name: str, choices: Iterable[str]) -> str:
    """The one choice that `name` looks like, or all of them."""
    known = sorted(choices)
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(known)}"


def _path_of(fault: ErrorDetails, content: Any, path: str) -> str:
    at, before = content, None
    for key in fault["loc"]:
        is_form = key in _FORMS and (before == "when" or isinstance(before, int))
        before = key
        if isinstance(key, int):
            if at is not None and not isinstance(at, list):
                continue  # a single entry that stands without the brackets of its list
            at = at[key] if at is not None and key < len(at) else None
            path += f"[{key}]"
        elif isinstance(at, dict) and not is_form and "[" not in key:
            at = at.get(key)
            path += f".{key}" if path else key
        # else pydantic names a form of condition or a branch of a union, which is no key
    return path


def _wording(fault: ErrorDetails, model: type[BaseModel]) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return "it is missing; expected a value"
        case "extra_forbidden":
            key = str(fault["loc"][-1])
            return f"unknown key {key!r}; {suggestion(key, _keys(model))}"
        case "value_error":
            return fault["msg"].removeprefix("Value error, ")
        case "too_short":
            return f"expected at least {context['min_length']}, found {context['actual_length']}"
        case "enum" if "[key]" in fault["loc"]:
            known = "IV, III, II, I, watch, blue, yellow, orange, red"
            return f"{fault['input']!r} is no level; expected one of {known}"
        case _:
            return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}; found {fault['input']!r:.80}"


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that a model or the models below it know."""
    schema = model.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}


def _place(problem: Problem) -> tuple[str, list[str | int], str]:
    """Order of the files' text as far as paths tell: the tenth entry follows the ninth."""
    # Splitting by a group leaves the numbers at odd places, so that like compares with like.
    parts = _NUMBER.split(problem.path)
    path = [int(part) if place % 2 else part for place, part in enumerate(parts)]
    return problem.file, path, problem.message
