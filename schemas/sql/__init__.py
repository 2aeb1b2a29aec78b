"""The warehouse's SQL: numbered migrations, the public views, and what each view and column means, in Vietnamese."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from schemas.form import Form
from schemas.sql.reading import literal, reading_views

SHARED = "shared"
"""The table of comments.toml for columns that mean the same in every view; ABOUT is the view itself."""
ABOUT = "_"


class Migration(NamedTuple):
    """One step of the tables beneath the views; steps are applied once each, in order of `number`."""

    number: int
    name: str
    sql: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration (`001_tables.sql` …), in order."""
    found = sorted(path.name for path in files(__name__).iterdir() if path.name[:3].isdigit())
    return tuple(Migration(int(name[:3]), name, _read(name)) for name in found)


@cache
def public_views() -> str:
    """The statements that make the contract's views and the helpers they stand on."""
    return "".join(map(_read, ("views.sql", "rollup.sql", "figures.sql", "rules.sql", "checks.sql")))


@cache
def comments() -> dict[str, dict[str, str]]:
    """View → column → what it means in Vietnamese; see SHARED and ABOUT."""
    return tomllib.loads(_read("comments.toml"))


def form_views(forms: Iterable[Form]) -> str:
    """The statements that make the reading views of `forms`."""
    return "\n".join(view.sql for form in forms for view in reading_views(form))


def comment_statements(columns: Iterable[tuple[str, str, str]], forms: Iterable[Form]) -> str:
    """COMMENT statements for the views that the (schema, view, column) triples belong to.

    Raises KeyError where a view or a column has no comment: there may be none without.
    """
    texts = {("main", view): {**comments()[SHARED], **own} for view, own in comments().items() if view != SHARED}
    texts |= {(view.schema, view.name): {**view.comments, ABOUT: view.about} for f in forms for view in reading_views(f)}
    return "\n".join(_comments(list(columns), texts))


def _comments(columns: list[tuple[str, str, str]], texts: dict[tuple[str, str], dict[str, str]]) -> Iterator[str]:
    for schema, view in dict.fromkeys((schema, view) for schema, view, _ in columns):
        yield f"COMMENT ON VIEW {schema}.{view} IS {literal(texts[schema, view][ABOUT])};"
    for schema, view, column in columns:
        yield f'COMMENT ON COLUMN {schema}.{view}."{column}" IS {literal(texts[schema, view][column])};'


def _read(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")
