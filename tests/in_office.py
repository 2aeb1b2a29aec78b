"""A writer of a shared store as a process of its own: `python -m tests.in_office ADDRESS FIRST COUNT`.

It loads the same made-up reports as every other writer, beginning at another of them, and says each outcome.
"""

import sys
from datetime import date, timedelta

from ingest.stores import named_store
from ingest.warehouse import Warehouse
from schemas.record import Extraction
from tests.office_made import AN, BINH, CHI, DONG, NOW, OFFICE, number, report


def reports(count: int) -> list[Extraction]:
    """`count` different reports of four communes, each of a day of its own."""
    units = (AN, BINH, CHI, DONG)
    return [
        report(units[n % 4], {(1, "1", "2019"): number(n)}, name=f"{n}", signed=date(2020, 6, 1) + timedelta(days=n))
        for n in range(count)
    ]


def main() -> None:
    address, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    made = reports(count)
    with Warehouse.open(named_store(address), OFFICE) as warehouse:
        for extraction in made[first:] + made[:first]:
            print(warehouse.load(extraction, NOW).outcome, flush=True)


if __name__ == "__main__":
    main()
