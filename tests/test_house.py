"""The house keeps its walls: who may import whom, and which room alone knows a library."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
HELPERS = frozenset(
    f"ingest.{name}"
    for name in ("text", "values", "syllables", "legacy_fonts", "headings", "heading_fits", "names", "durable", "patience")
)
"""What several steps use; the outward rooms use only text and values."""
JOINERS = frozenset({"ingest.many", "ingest.intake", "ingest.doctor"})
"""Like pipeline.py they join steps: many files, exactly once. Only pipeline.py imports them."""
MODULES = sorted(path for room in ("schemas", "ingest", "reports") for path in (HOUSE / room).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Modules that a file imports, also inside functions; not what it imports for its types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__")


def step_of(module: str) -> str:
    """'ingest.readers.word_text' belongs to the step 'ingest.readers', 'ingest.snapshots' and what is split off to the
    warehouse."""
    step = ".".join(module.split(".")[:2])
    if step == "ingest.dask_reading":
        return "ingest.runner"
    of_warehouse = step in ("ingest.snapshots", "ingest.stores") or step.startswith("ingest.warehouse_")
    return "ingest.warehouse" if of_warehouse else step


def ours(path: Path, room: str) -> set[str]:
    return {module for module in imports(path) if module.split(".")[0] == room}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_room_imports_inward_only(path: Path) -> None:
    name = name_of(path)
    assert not ours(path, "pipeline")
    if name.startswith("schemas"):
        assert not ours(path, "ingest") | ours(path, "reports")
    elif name.startswith("reports"):
        assert {step_of(module) for module in ours(path, "ingest")} <= {"ingest", "ingest.text", "ingest.values"}
    elif name in JOINERS:
        assert not ours(path, "reports")
    else:
        steps = {step_of(module) for module in ours(path, "ingest")} - {"ingest"}
        assert steps <= HELPERS | {step_of(name)}, "steps do not import each other"
        assert not ours(path, "reports")


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("docx", ("ingest.readers", "reports")),
        ("pdfplumber", ("ingest.readers",)),
        ("pypdfium2", ("ingest.readers",)),
        ("olefile", ("ingest.readers",)),
        ("duckdb", ("ingest.warehouse", "ingest.intake", "ingest.doctor", "reports")),
        ("distributed", ("ingest.runner",)),
        ("dask", ("ingest.runner",)),
        ("typer", ()),
        ("rich", ("reports.terminal",)),
        ("requests", ()),
        ("urllib.request", ()),
        ("http.client", ()),
    ],
)
def test_only_its_own_room_knows_a_library(library: str, rooms: tuple[str, ...]) -> None:
    for path in MODULES:
        if any(module == library or module.startswith(f"{library}.") for module in imports(path)):
            assert step_of(name_of(path)).startswith(rooms), f"{name_of(path)} imports {library}"


def test_only_the_warehouse_opens_duckdb() -> None:
    opens = {name_of(path) for path in MODULES if "duckdb.connect(" in path.read_text(encoding="utf-8")}
    assert opens == {"ingest.warehouse"}


def test_python_names_no_year_commune_or_indicator() -> None:
    """The form is data: a label of the form in the code would be a rule for one report."""
    from schemas.form import bundled_forms, read_form
    from schemas.office import bundled_office, read_office

    form = read_form(bundled_forms() / "cchc-2011-2020")
    labels = {row.label for appendix in form.appendices for row in appendix.indicators if len(row.label) > 12}
    communes = {unit.short_name for unit in read_office(bundled_office()).units}
    code = {name_of(path): _strings(path) for path in MODULES}
    for name, strings in code.items():
        assert not strings & (labels | communes), name


def _strings(path: Path) -> set[str]:
    """String constants of a file, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken
    }
