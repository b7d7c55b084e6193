"""Walls: which panels stand where on a screen, by its shape and by how grave things are."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitoring.domain.levels import Level
from monitoring.domain.plans import Duration


class Panel(StrEnum):
    """What a wall can show."""

    STATUS = "status"
    SEGMENTS = "segments"
    MAP = "map"
    ALARMS = "alarms"
    TRENDS = "trends"
    CAMERAS = "cameras"
    DUTY = "duty"
    DEPOT = "depot"
    CHANGES = "changes"


class Shape(StrEnum):
    """What a screen is like: 16:9, a row of screens such as 32:9, or upright."""

    WIDE = "wide"
    ULTRAWIDE = "ultrawide"
    PORTRAIT = "portrait"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Entry):
    """Name of a screen in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class PanelPage(_Entry):
    """Panels on a grid.

    Attributes:
        columns: Widths in proportion to each other.
        rows: Heights in proportion to each other; `line` is the height of one line of text.
        areas: For each row the panel in each column; a panel must cover a rectangle.
        dwell: How long it stays where a layout has several pages.
    """

    columns: tuple[float, ...] = Field(min_length=1)
    rows: tuple[float | Literal["line"], ...] = Field(min_length=1)
    areas: tuple[tuple[Panel, ...], ...] = Field(min_length=1)
    dwell: Duration = Field(default=timedelta(seconds=60), ge=timedelta(seconds=5))

    @model_validator(mode="after")
    def _is_a_grid(self) -> Self:
        if len(self.areas) != len(self.rows):
            raise ValueError(f"{len(self.areas)} rows of areas, but {len(self.rows)} heights")
        for n, row in enumerate(self.areas):
            if len(row) != len(self.columns):
                raise ValueError(f"areas[{n}] has {len(row)} cells for {len(self.columns)} columns")
        for panel in self.panels:
            cells = {
                (r, c) for r, row in enumerate(self.areas) for c, p in enumerate(row) if p is panel
            }
            high, wide = ({cell[axis] for cell in cells} for axis in (0, 1))
            area = (max(high) - min(high) + 1) * (max(wide) - min(wide) + 1)
            if len(cells) != area:
                raise ValueError(f"{panel} does not cover a rectangle")
        if Panel.STATUS not in self.panels:
            raise ValueError("every page must show status: what is in force is never out of sight")
        if any(not isinstance(size, str) and size <= 0 for size in (*self.columns, *self.rows)):
            raise ValueError("widths and heights must be above 0")
        return self

    @property
    def panels(self) -> list[Panel]:
        """What it shows, each once."""
        return list(dict.fromkeys(panel for row in self.areas for panel in row))


class Layout(_Entry):
    """Pages that a screen of a shape shows, one after another.

    Attributes:
        at_least: From which gravest level on, of the segments and the district.
    """

    shape: Shape
    at_least: Level = Level.NONE
    pages: tuple[PanelPage, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _shows_alarms(self) -> Self:
        if not any(Panel.ALARMS in page.panels for page in self.pages):
            raise ValueError("one of the pages must show alarms")
        return self


class Screen(_Entry):
    """A wall for a role.

    Attributes:
        id: Its path is `/wall/<id>`; `/wall` is the first one.
        layouts: At least one for `wide` without `at_least`, which serves where none fits.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    name: Name
    layouts: tuple[Layout, ...]

    @model_validator(mode="after")
    def _always_has_one(self) -> Self:
        if not any(o.shape is Shape.WIDE and o.at_least is Level.NONE for o in self.layouts):
            raise ValueError("a layout with shape: wide and no at_least is needed")
        return self


class Walls(_Entry):
    """All screens; the first is the one at `/wall`."""

    screens: tuple[Screen, ...] = Field(min_length=1)
