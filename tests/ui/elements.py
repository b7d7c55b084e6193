"""Reading HTML parts as a browser would."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring

__all__ = ["Element", "found", "parse", "words"]


def parse(parts: Sequence[str]) -> Element:
    """Parts as the children of one element; fails on tags that are not closed."""
    text = re.sub(r"(<(?:img|input) [^>]*)>", r"\1/>", "".join(parts))
    return fromstring(f"<main>{text}</main>")  # noqa: S314 - our own text


def found(node: Element, **attributes: str) -> list[Element]:
    """All elements at or below a node that bear the attributes."""
    return [e for e in node.iter() if all(e.get(k) == v for k, v in attributes.items())]


def words(node: Element) -> str:
    """All text below a node."""
    return "".join(node.itertext())
