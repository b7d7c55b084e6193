"""`make bench`: a table for people, `var/bench.json` for comparison."""

import json
from pathlib import Path

from tests.bench.intake import measure_intake
from tests.bench.pixel import measure_pixel
from tests.bench.start import measure_start

REPORT = Path("var/bench.json")


def main() -> None:
    """Measure everything, one after the other, and print it."""
    results = {**measure_intake(), **measure_start(), **measure_pixel()}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(results, indent=2) + "\n")
    width = max(map(len, results))
    for name, value in results.items():
        print(f"{name:<{width}}  {value:>12,.2f}")


if __name__ == "__main__":
    main()
