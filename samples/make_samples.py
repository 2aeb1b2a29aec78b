"""Makes all samples again: `python -m samples.make_samples [FOLDER]`. Needs LibreOffice for PDF, scan and .doc."""

import shutil
import sys
from pathlib import Path

from samples.making.communes import MAKERS
from samples.making.district import write_office
from samples.making.files import write_report
from samples.making.refused import write_refused
from samples.making.truth import as_csv, as_json
from schemas.form import load_form

HERE = Path(__file__).resolve().parent
REPORTS, EXPECTED, REFUSED = "huyen-vi-du", "mong-doi", "khong-nhan"
FORM = "cchc-2011-2020"


def make(folder: Path, *, with_libreoffice: bool = True) -> None:
    """Reports, expected records and refused files in `folder`, what was there before replaced.

    `with_libreoffice` False leaves out what only LibreOffice can write.
    """
    form = load_form(FORM)
    for name in (REPORTS, EXPECTED, REFUSED):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    write_office(folder / REPORTS, FORM)
    for maker in MAKERS:
        sample = maker(form)
        if with_libreoffice or sample.ending == "docx":
            write_report(sample, folder / REPORTS)
        (folder / EXPECTED / f"{sample.file_name}.json").write_text(as_json(sample), encoding="utf-8")
        (folder / EXPECTED / f"{sample.file_name}.csv").write_text(as_csv(sample), encoding="utf-8")
    write_refused(form, folder / REFUSED, folder / EXPECTED / f"{REFUSED}.csv")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
