"""Faults that pydantic finds, told in the words and paths of the file's author."""

from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

# Parts of pydantic's paths that are no keys of the file.
_NO_KEYS: Final = frozenset({"threshold", "any", "all", "count", "[key]"})


def path_of(fault: ErrorDetails, content: Any, path: str) -> str:
    """The path of a fault in `content`, which stands at `path`, as the file's author wrote it."""
    at = content
    for key in fault["loc"]:
        if isinstance(key, int):
            at = at[key] if isinstance(at, list) and key < len(at) else None
            path += f"[{key}]"
            continue
        if isinstance(at, dict) and key in at:
            at = at[key]
        elif key in _NO_KEYS or key[:1].isupper():
            continue  # the name of a form or of a model
        path += f".{key}" if path else key
    return path


def wording(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong and what was expected, in words."""
    match fault["type"]:
        case "missing":
            return "it is missing; expected a value"
        case "extra_forbidden":
            key = str(fault["loc"][-1])
            near = get_close_matches(key, _keys(model), n=1)
            return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")
        case "value_error":
            return fault["msg"].removeprefix("Value error, ")
        case _:
            return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}; found {fault['input']!r:.80}"


def _keys(model: type[BaseModel]) -> list[str]:
    """Every key that a model or the models below it know."""
    schema = model.model_json_schema(by_alias=True)
    parts = [schema, *schema.get("$defs", {}).values()]
    return [key for part in parts for key in part.get("properties", {})]
