"""What entries of the configuration have in common.

Unknown keys are errors, because a misspelt threshold must not be silent.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from monitoring.domain.datum import Datum, Place, to_wgs84

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


def _stored(place: Place, about: ValidationInfo) -> Place:
    return to_wgs84(place, about.data.get("datum", Datum.WGS84))


# WGS-84, whatever the datum of the entry in which it was written.
Position = Annotated[tuple[Longitude, Latitude], AfterValidator(_stored)]


class Entry(BaseModel):
    """A checked, immutable piece of configuration; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Entry):
    """The same words in the two languages of the desk."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Placed(Entry):
    """An entry with positions.

    Attributes:
        datum: What the positions of its author refer to; once read, they are WGS-84.
    """

    datum: Datum = Field(default=Datum.WGS84, exclude=True)
