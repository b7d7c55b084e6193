"""The examples of docs/protocols.md are what the readers read."""

import json
import re
from pathlib import Path

import pytest

from sensors.codecs.readers import READERS

TEXT = Path(__file__).resolve().parents[3].joinpath("docs", "protocols.md").read_text("utf-8")
EXAMPLE = re.compile(
    r"## `(\w+)`\n.*?```payload ?(\S*)\n(.*?)\n```\n\n```json\n(.*?)\n```", re.DOTALL
)
EXAMPLES = {name: rest for name, *rest in EXAMPLE.findall(TEXT)}


@pytest.mark.parametrize("name", READERS)
def test_each_reader_has_an_example_that_is_true(name: str) -> None:
    topic, payload, tree = EXAMPLES[name]
    is_binary = name == "sparkplug_b"
    body = bytes.fromhex(payload) if is_binary else payload.encode()
    assert READERS[name]()(topic.encode(), body) == json.loads(tree)
