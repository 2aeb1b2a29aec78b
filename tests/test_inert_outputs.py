"""Whatever a report, its name or its sender says stays text: no formula, no markup, no SQL, no path, no terminal escape.
And nothing is asked of the network."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from lxml import etree, html

from tests.payloads import MARK, PAYLOADS, calling_out, poisoned

HOUSE = Path(__file__).parent.parent
SAMPLES = HOUSE / "samples" / "huyen-vi-du"
BASE = SAMPLES / "bao cao cchc xa thuy mai.docx"
STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns the direction in which text is read."""
FORMULA = re.compile(r"\A\s*[=+\-@＝＋－＠]|[;\t\n]\s*[=+\-@]")
NUMBER = re.compile(r"[+-]?[\d.,\s]*%?")


@dataclass(frozen=True)
class Office:
    """A folder with everything that the program made of poisoned files; what it said, by command."""

    folder: Path
    said: dict[str, str]

    @property
    def db(self) -> Path:
        return self.folder / "kho" / "kho.duckdb"

    def files(self, *suffixes: str) -> list[Path]:
        return sorted(path for path in (self.folder / "ra").rglob("*") if path.suffix in suffixes)


def run(folder: Path, *arguments: str, encoding: str = "utf-8") -> str:
    """What a command says; none may fail otherwise than by refusing a file."""
    common = ["--db", str(folder / "kho" / "kho.duckdb")]
    command = [sys.executable, str(HOUSE / "pipeline.py"), *arguments, *common]
    done = subprocess.run(command, capture_output=True, cwd=folder, timeout=300)
    text = done.stdout.decode(encoding) + done.stderr.decode(encoding)
    assert done.returncode in (0, 3), text
    return text


def names() -> Iterable[str]:
    """File names that a Linux disk takes, with the payloads in them."""
    for payload in PAYLOADS:
        yield payload.replace("/", "\u2215").replace("\0", "")[:60] + ".docx"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("phong")
    for name in ("kho", "nhan", "den", "ra"):
        (folder / name).mkdir()
    for name in ("office.toml", "units.csv"):
        shutil.copy(SAMPLES / name, folder / "kho" / name)
    report = poisoned(BASE, folder / "den" / "mot.docx")
    shutil.copy(report, folder / "den" / ("xã Thủy Mai " + PAYLOADS[0].replace("/", "") + ".docx"))
    report.unlink()
    report = poisoned(SAMPLES / "BC CCHC xã Tân Kiều (1).docx", folder / "nhan" / "hai.docx")
    report.rename(folder / "nhan" / ("Tân Kiều " + PAYLOADS[18].replace("/", "") + ".docx"))
    for name in names():
        (folder / "nhan" / name).write_bytes(b"PK khong phai Word " + name.encode("utf-8", "replace"))
    out = folder / "ra"
    said = {
        "ingest": run(folder, "ingest", str(folder / "den")),
        "ingest --json": run(folder, "ingest", str(folder / "den"), "--json"),
        "watch": run(folder, "watch", str(folder / "nhan"), "--once"),
        "status": run(folder, "status"),
        "search": run(folder, "search", MARK),
        "sql table": run(folder, "sql", "SELECT * FROM observations_all WHERE raw LIKE '%zq%'"),
        "sql csv": run(folder, "sql", "FROM observations_all", "--format", "csv"),
        "sql json": run(folder, "sql", "FROM findings", "--format", "json"),
        "report": run(folder, "report", "-o", str(out / "phieu")),
        "letters": run(folder, "letters", "-o", str(out / "thu")),
        "publish": run(folder, "publish", str(out / "chung")),
        "doctor": run(folder, "doctor"),
    }
    for suffix in ("xlsx", "html"):
        said[f"status {suffix}"] = run(folder, "status", "-o", str(out / f"tinh-hinh.{suffix}"))
    for suffix in ("xlsx", "docx", "html"):
        path = out / f"tong-hop.{suffix}"
        said[f"consolidate {suffix}"] = run(folder, "consolidate", "-o", str(path), "--include-flagged")
    for view in ("observations_all", "findings", "sections", "files"):
        for suffix in ("csv", "json", "xlsx"):
            said[f"{view} {suffix}"] = run(folder, "sql", f"FROM {view}", "-o", str(out / f"{view}.{suffix}"))
    return Office(folder, said)


def test_the_payloads_are_in_the_warehouse_as_they_were_written(office: Office) -> None:
    with duckdb.connect(str(sorted((office.folder / "ra" / "chung").glob("0*/tonghop.duckdb"))[0]), read_only=True) as copy:
        cells = copy.execute("SELECT count(DISTINCT raw) FROM observations_all WHERE raw LIKE '%zq%'").fetchone()
        text = copy.execute("SELECT string_agg(body, ' ') FROM sections").fetchone()
        refused = copy.execute("SELECT count(*) FROM files WHERE outcome = 'refused'").fetchone()
    assert cells is not None
    assert cells[0] >= 30
    assert text is not None
    assert "<script>alert('zq')</script>" in text[0]
    assert refused == (len(PAYLOADS),)


def test_nothing_that_is_said_steers_a_terminal(office: Office) -> None:
    for command, text in office.said.items():
        assert not STEERING.search(text), command
    assert MARK in office.said["search"]


def test_csv_and_json_on_a_terminal_are_inert_too(office: Office) -> None:
    assert formulas(office.said["sql csv"]) == []
    assert json.loads(office.said["sql json"])


def formulas(text: str) -> list[str]:
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")) for cell in row]
    assert any(MARK in cell for cell in cells)
    return [cell[:60] for cell in cells if FORMULA.search(cell) and not NUMBER.fullmatch(cell)]


def test_no_cell_of_a_csv_file_starts_a_formula(office: Office) -> None:
    found = {path.name: formulas(path.read_text(encoding="utf-8")) for path in office.files(".csv")}
    assert len(found) == 4
    assert not {name: cells for name, cells in found.items() if cells}


def test_workbooks_hold_no_formula_of_a_documents_and_no_link(office: Office) -> None:
    books = office.files(".xlsx")
    assert len(books) == 6
    for path in books:
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                data = book.read(name)
                if name.endswith(".rels"):
                    assert b"External" not in data, path.name
                if name.startswith("xl/worksheets/sheet"):
                    tree = etree.fromstring(data)
                    told = [node.text or "" for node in tree.iter("{*}f", "{*}hyperlink", "{*}formula1", "{*}formula2")]
                    assert not [text for text in told if MARK in text or "cmd" in text or "http" in text], path.name
                assert not re.search("[\ufffe\uffff\x00-\x08]", data.decode("utf-8", "replace")), path.name


def test_pages_hold_no_script_no_link_and_no_markup_of_a_documents(office: Office) -> None:
    pages = [*office.files(".html"), *sorted(office.db.parent.rglob("*.html"))]
    assert len(pages) >= 4
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text, path.name
        tree = html.fromstring(text)
        tags = {node.tag for node in tree.iter() if isinstance(node.tag, str)}
        assert not tags & {"script", "img", "iframe", "object", "embed", "link", "base", "form", "video"}, path.name
        told = [(str(name), str(value)) for node in tree.iter() for name, value in node.attrib.items()]
        acting = ("srcdoc", "action", "formaction")
        assert not [name for name, _ in told if name.startswith("on") or name in acting], path.name
        assert not [value for name, value in told if name in ("href", "src", "xlink:href") and value[0] != "#"], path.name
        assert not [value for name, value in told if name == "http-equiv" and value.lower() == "refresh"], path.name
        assert not [style for style in tree.iter("style") if MARK in (style.text or "")], path.name
        assert not STEERING.search(text), path.name


def test_documents_hold_no_field_and_no_link_of_a_reports(office: Office) -> None:
    documents = office.files(".docx")
    assert len(documents) >= 2
    for path in documents:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                data = package.read(name)
                if name.endswith(".rels"):
                    assert b'TargetMode="External"' not in data, path.name
                if name.endswith(".xml"):
                    tree = etree.fromstring(data)
                    told = [node.text or "" for node in tree.iter("{*}instrText")]
                    told += [value for node in tree.iter("{*}fldSimple") for value in node.attrib.values()]
                    assert not [text for text in told if MARK in text or "DDE" in text or "INCLUDE" in text], path.name
                    assert not list(tree.iter("{*}altChunk", "{*}object", "{*}hyperlink")), path.name


def test_json_is_json_and_steers_nothing(office: Office) -> None:
    files = office.files(".json")
    assert len(files) >= 5
    for path in files:
        text = path.read_text(encoding="utf-8")
        json.loads(text)
        assert not STEERING.search(text), path.name
    for line in office.said["ingest --json"].splitlines():
        assert json.loads(line)


def test_nothing_is_written_outside_the_offices_folders(office: Office) -> None:
    assert sorted(os.listdir(office.folder)) == ["den", "kho", "nhan", "ra"]
    assert not Path("/tmp/zq").exists()
    assert not Path("/tmp/zq.csv").exists()


def test_names_of_kept_files_are_plain(office: Office) -> None:
    kept = [path for path in (office.db.parent / "kho.duckdb.kho-goc").rglob("*") if path.is_file()]
    assert sum("khong-nhan" in path.parts for path in kept) == 2 * len(PAYLOADS)
    assert sum("da-nhan" in path.parts for path in kept) == 3
    assert not [path.name for path in kept if not path.name.isprintable() or re.search(r'[<>:"|?*\\]', path.name)]


def test_the_reason_beside_a_file_that_was_not_taken_in_steers_nothing(office: Office) -> None:
    reasons = sorted((office.db.parent / "kho.duckdb.kho-goc" / "khong-nhan").glob("*.ly-do.txt"))
    assert len(reasons) == len(PAYLOADS)
    for path in reasons:
        text = path.read_bytes().decode("utf-8-sig")
        assert not STEERING.search(text.replace("\r\n", "")), path.name
        assert len(text.split("\r\n")) == 5


def test_the_warehouse_is_whole_after_all_of_it(office: Office) -> None:
    assert "✗" not in office.said["doctor"]


# -- nothing dials out


def test_a_report_that_names_things_elsewhere_is_read_without_a_request(tmp_path: Path) -> None:
    """Every process of the program is traced: no socket but local ones is opened, nothing is connected to."""
    assert shutil.which("strace"), "cần strace: apt-get install strace"
    for name in ("office.toml", "units.csv"):
        shutil.copy(SAMPLES / name, tmp_path / name)
    (tmp_path / "den").mkdir()
    calling_out(BASE, tmp_path / "den" / "goi ra ngoai.docx")
    trace = tmp_path / "trace"
    for arguments in (["ingest", "den", "--json"], ["report", "-o", "ra"], ["consolidate", "-o", "tong-hop.docx"]):
        program = [sys.executable, str(HOUSE / "pipeline.py"), *arguments, "--db", "kho.duckdb"]
        traced = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace), *program]
        done = subprocess.run(traced, cwd=tmp_path, capture_output=True, timeout=300, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        assert "loaded" in done.stdout or arguments[0] != "ingest"
        calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        assert not [call for call in calls if "AF_INET" in call or "AF_NETLINK" in call or "AF_PACKET" in call], arguments
        assert not [call for call in calls if "connect(" in call and "AF_UNIX" not in call], arguments
