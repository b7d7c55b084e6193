"""Base maps: tiles of others that may lie under what a wall shows.

None is needed: a schematic map of our own lies under everything and never goes away.
"""

from enum import StrEnum
from string import Formatter
from typing import Annotated, Final, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, SecretStr, model_validator

from monitoring.domain.datum import Datum
from monitoring.domain.entries import Entry, Id, Text

# WMTS of 天地图 in the web's usual projection (EPSG:3857): the map itself, and its names.
_TIANDITU: Final = (
    "https://t0.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
)
_PLACE: Final = {"z", "x", "y"}


class Layer(StrEnum):
    """What a tile shows."""

    MAP = "map"
    LABELS = "labels"


class ProviderKind(StrEnum):
    """How a provider is asked."""

    TIANDITU = "tianditu"
    XYZ = "xyz"


def _is_template(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no address; expected such as https://…/{{z}}/{{x}}/{{y}}.png")
    try:
        names = {name for _, name, _, _ in Formatter().parse(url) if name is not None}
    except ValueError as error:
        raise ValueError(f"{error} in {url!r}; expected {{z}}, {{x}} and {{y}}") from error
    if not _PLACE <= names <= _PLACE | {"key"}:
        raise ValueError(f"expected {{z}}, {{x}} and {{y}}, perhaps {{key}}; found {url!r}")
    return url


Template = Annotated[str, AfterValidator(_is_template)]


class Provider(Entry):
    """Who makes tiles.

    Attributes:
        datum: What its tiles are drawn in; what lies on them is shifted to it.
        url: Where a tile is, with {z}, {x}, {y} and {key}; 天地图's own where it is left out.
        label_url: The same of a layer of names above it.
        attribution: What must be shown with it, its 审图号 included.
        min_zoom: Of the tiles there are; what is drawn between or beyond is stretched.
    """

    id: Id
    name: Text
    kind: ProviderKind
    datum: Datum
    attribution: Text
    url: Template | None = None
    label_url: Template | None = None
    key: SecretStr | None = Field(default=None, min_length=1)
    min_zoom: int = Field(default=1, ge=0, le=24)
    max_zoom: int = Field(default=18, ge=0, le=24)

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.min_zoom > self.max_zoom:
            raise ValueError(f"min_zoom {self.min_zoom} is above max_zoom {self.max_zoom}")
        if self.kind is ProviderKind.XYZ and self.url is None:
            raise ValueError("kind: xyz needs a url, such as https://…/{z}/{x}/{y}.png")
        if self.kind is ProviderKind.TIANDITU and self.datum is Datum.GCJ02:
            raise ValueError("天地图 is drawn in datum: cgcs2000")
        is_asked_for = any("{key}" in url for url in self.layers.values())
        if is_asked_for and self.key is None:
            raise ValueError("a key is needed; write key: … or key: {env: NAME}")
        if self.key is not None and not is_asked_for:
            raise ValueError("there is a key, but no url says {key}")
        return self

    @property
    def layers(self) -> dict[Layer, str]:
        """The template of each layer that there is."""
        url, label_url = self.url, self.label_url
        if self.kind is ProviderKind.TIANDITU:
            url = url or _TIANDITU.format(layer="vec")
            label_url = label_url or _TIANDITU.format(layer="cva")
        found = {Layer.MAP: url, Layer.LABELS: label_url}
        return {layer: template for layer, template in found.items() if template is not None}

    def address(self, layer: Layer, z: int, x: int, y: int) -> str:
        """Where to ask for a tile; it holds the key and must not be shown."""
        key = quote(self.key.get_secret_value(), safe="") if self.key else ""
        return self.layers[layer].format(z=z, x=x, y=y, key=key)

    def has(self, z: int, x: int, y: int) -> bool:
        """Whether there can be such a tile."""
        return self.min_zoom <= z <= self.max_zoom and 0 <= x < 2**z and 0 <= y < 2**z


class BaseMaps(Entry):
    """What may lie under a wall's map.

    Attributes:
        providers: The first is the one shown; none for the schematic map alone.
        cache_mb: How much disk tiles may take, megabytes; the oldest go first.
    """

    providers: tuple[Provider, ...] = ()
    cache_mb: int = Field(default=500, ge=10, le=100_000)

    @property
    def shown(self) -> Provider | None:
        """Whose tiles walls show."""
        return self.providers[0] if self.providers else None

    @property
    def datum(self) -> Datum:
        """What everything on a wall's map must be drawn in."""
        return self.shown.datum if self.shown else Datum.WGS84
