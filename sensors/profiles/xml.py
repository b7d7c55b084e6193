"""XML payloads: elements as mappings, hardened against what XML can do to its reader.

A document type and with it every entity of a document's own is refused before it is read, so
that nothing grows and nothing is fetched. An element becomes the mapping of its children,
without prefixes, declared or not; a child that stands several times becomes a list; an element
without children becomes its text; an attribute is a child whose name begins with @.
"""

import re
from typing import Any, Final
from xml.parsers import expat

from sensors.payloads import PayloadError

_DEEPEST: Final = 64  # elements in elements
# Devices write "A & B": an ampersand that begins no reference is meant as one.
_AMPERSAND: Final = re.compile(rb"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w-]+)["'][^>]*\?>""")
_CHINESE: Final = (b"gb2312", b"gbk", b"gb18030")  # the last of them contains the others


def read_xml(topic: bytes, payload: bytes) -> Any:
    """The tree of a document: {root element: its content}."""
    del topic
    parser = expat.ParserCreate()
    builder = _Builder()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.buffer_text = True
    try:
        parser.Parse(_AMPERSAND.sub(b"&amp;", _utf8(payload)), True)  # noqa: FBT003 - expat's signature
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, PayloadError):
            raise
        raise PayloadError(f"{error}; expected XML") from error
    return builder.tree


def _utf8(payload: bytes) -> bytes:
    """Chinese encodings, which expat does not know, as UTF-8."""
    declared = _ENCODING.match(payload)
    if declared is None or declared[1].lower() not in _CHINESE:
        return payload
    return payload[declared.end() :].decode("gb18030").encode()


def _refuse(*_: object) -> None:
    raise PayloadError("the document declares a type or entities; expected XML without either")


class _Builder:
    """Makes the tree while expat reads."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}
        self._open: list[tuple[dict[str, Any], list[str]]] = [(self.tree, [])]

    def start(self, _: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEEPEST:
            raise PayloadError(f"elements stand in each other more than {_DEEPEST} deep")
        children: dict[str, Any] = {
            f"@{_local(n)}": v for n, v in attributes.items() if not n.startswith("xmlns")
        }
        self._open.append((children, []))

    def text(self, data: str) -> None:
        self._open[-1][1].append(data)

    def end(self, name: str) -> None:
        children, texts = self._open.pop()
        text = "".join(texts).strip()
        if children and text:
            children["#text"] = text
        above, key = self._open[-1][0], _local(name)
        content = children or text
        if key not in above:
            above[key] = content
        elif isinstance(above[key], list):
            above[key].append(content)
        else:
            above[key] = [above[key], content]


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1]
