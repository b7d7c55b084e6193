"""`make bench`: a table for people, `var/bench.json` for comparison.

`python -m tests.bench NAME …` measures only those; what else the report holds stays.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench.checker import measure_checker
from tests.bench.intake import measure_fed, measure_intake
from tests.bench.pixel import measure_pixel
from tests.bench.recovery import measure_recovery
from tests.bench.soak import measure_soak
from tests.bench.start import measure_start
from tests.bench.wall import measure_wall
from tests.bench.walls import measure_walls

REPORT: Final = Path("var/bench.json")
BENCHES: Final[dict[str, Callable[[], dict[str, float]]]] = {
    "intake": measure_intake,
    "fed": measure_fed,
    "checker": measure_checker,
    "start": measure_start,
    "pixel": measure_pixel,
    "wall": measure_wall,
    "walls": measure_walls,
    "recovery": measure_recovery,
    "soak": measure_soak,  # 24 min
}


def main(names: list[str]) -> None:
    """Measure one after the other, and print everything."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        raise SystemExit(f"no bench is called {unknown[0]!r}; there are {', '.join(BENCHES)}")
    held = json.loads(REPORT.read_text()) if names and REPORT.exists() else {}
    REPORT.parent.mkdir(exist_ok=True)
    for name in names or BENCHES:
        results = BENCHES[name]()
        held |= results
        REPORT.write_text(json.dumps(held, indent=2) + "\n")
        width = max(map(len, results))
        for what, value in results.items():
            print(f"{what:<{width}}  {value:>12,.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
