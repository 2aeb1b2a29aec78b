"""`python -m bench.scale nation|files|growth`: how far one machine goes. Every size can be given; see `--help`."""

import argparse
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bench.scale import files, growth, nation
from bench.scale.units import COMMUNES_OF_A_NATION, communes, write_office

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "samples" / "huyen-vi-du"
PLOT = ROOT / "docs" / "quy-mo-lon.svg"


def main() -> None:
    """One measurement, its table on standard output; `growth` also draws docs/quy-mo-lon.svg."""
    arguments = argparse.ArgumentParser(prog="python -m bench.scale", description="Đo quy mô trên một máy.")
    arguments.add_argument("what", choices=["nation", "files", "growth"])
    arguments.add_argument("--communes", type=int, default=COMMUNES_OF_A_NATION, help="số xã (và số tệp)")
    arguments.add_argument("--quarters", type=int, default=40, help="số quý của kho quốc gia")
    arguments.add_argument("--patience", type=float, default=60, help="giây cho một câu hỏi")
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--small", action="store_true", help="growth: hai bậc mười, cho máy đang bận")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="tonghop-do-") as name:
        office = write_office(Path(name), files.FORM, communes(given.communes))
        for line in _measured(given, Path(name), office):
            print(line, flush=True)


def _measured(given: argparse.Namespace, folder: Path, office: Path) -> Iterable[str]:
    report = sorted(SAMPLES.glob("*.docx"))[0]
    if given.what == "nation":
        start = time.perf_counter()
        path = nation.build(folder, office, report, given.quarters)
        return nation.lines(nation.measure(path, office, time.perf_counter() - start, given.patience))
    if given.what == "files":
        files.write_files(folder / "bao-cao", given.communes, given.jobs)
        return files.lines(files.measure(folder / "bao-cao", office, given.jobs), given.jobs)
    growths = list(growth.measure(office, report, growth.SMALL if given.small else growth.SIZES))
    PLOT.write_text(growth.as_svg(growths), encoding="utf-8")
    return growth.lines(growths)


if __name__ == "__main__":
    main()
