"""`app.py serve` as a drill, which no command offers yet: only its pages are looked at."""

from typing import Any

import app
from monitoring.services import world
from monitoring.services.ports import M
from monitoring.services.world import Standing


class DrillWorld(world.World[M]):
    """A world whose pages say that it is a drill."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **(options | {"standing": Standing.DRILL}))


if __name__ == "__main__":
    world.World = DrillWorld  # type: ignore[misc]
    app.app()
