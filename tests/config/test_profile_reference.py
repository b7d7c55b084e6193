"""The reference of the profiles' YAML: complete, and its examples are valid."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from sensors.profiles.model import Inside, MessageForm, Naming, Profile, Status
from sensors.profiles.readers import ENCODINGS, KINDS
from sensors.profiles.values import FORMATS, Condition, Increment, Instant, Value
from sensors.units import CONVERSIONS
from tests.e2e.served import ROOT

TEXT = (ROOT / "docs/profiles.md").read_text(encoding="utf-8")
FORM = {"topics": "t", "device": {"topic": 0}, "values": [{"quantity": "rainfall", "path": "a"}]}


@pytest.mark.parametrize(
    "model", [Profile, MessageForm, Inside, Naming, Status, Value, Increment, Instant, Condition]
)
def test_every_key_is_in_the_reference(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        key = field.alias or name
        assert re.search(rf"\b{key}[`:]", TEXT), f"{model.__name__}.{key} is not explained"


def test_every_kind_unit_and_format_is_in_the_reference() -> None:
    for name in (*KINDS, *ENCODINGS, *FORMATS):
        assert f"`{name}`" in TEXT
    senml = {"m", "mm", "cm", "km", "m/s", "km/h", "m/h", "mm/h", "Pa", "hPa", "Cel", "K", "1"}
    senml |= {"/", "%", "/100", "/1000", "count", "%RH", "%EL", "deg", "rad", "kg/m3", "ug/m3"}
    for unit in {unit for table in CONVERSIONS.values() for unit in table} - senml:
        assert f"`{unit}`" in TEXT, unit


def examples() -> Iterator[dict[str, Any]]:
    """The reference's pieces of YAML, made whole profiles."""
    whole = {"id": "p", "title": {"zh": "p", "en": "p"}, "source": "docs"}
    for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL):
        if "…" in block:  # an outline
            continue
        for piece in block.splitlines() if block.startswith("status:") else [block]:
            content = yaml.safe_load(piece)
            if isinstance(content, list):
                content = {"values": content}
            form = content if "messages" in content else {"messages": [FORM | content]}
            yield whole | form


def test_every_example_of_the_reference_is_valid() -> None:
    found = [Profile.model_validate(example) for example in examples()]
    assert len(found) >= 7
