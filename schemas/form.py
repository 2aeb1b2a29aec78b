"""A report form as data: outline, appendices, indicators, columns. A new form needs TOML files, no Python.

`forms/<code>/form.toml` names the form and its column sets, `outline.toml` the headings, `phu-luc-*.toml` one appendix
each; `rules.toml` what is checked and `claims.toml` how sentences state figures, where there are such files. Whatever is
wrong in them is said with file, key and reason.
"""

import tomllib
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.errors import FormFault
from schemas.rule import ClaimPattern, Rule, wrong_references

Kind = Literal["heading", "count", "percent", "yes_no", "ratio", "choice", "text"]
OverUnits = Literal["sum", "mean", "share_yes", "counts", "list", "none"]
OverYears = Literal["sum", "last", "none"]


M = TypeVar("M", bound=BaseModel)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Data):
    """A value column. Dates are inclusive; both None for a column that is no period ('result')."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    part_period: bool = False

    @property
    def year(self) -> int | None:
        """The calendar year of a yearly (or part-year) column."""
        return self.start.year if self.start and self.end and self.start.year == self.end.year else None


class Choice(_Data):
    """One word of a choice column with its other spellings; `text` is what is stored."""

    text: str
    synonyms: tuple[str, ...] = ()


class Indicator(_Data):
    """A row of an appendix. `code` is unique in its appendix; `parent` is the code of the row it stands under."""

    code: str
    label: str
    kind: Kind
    parent: str | None = None
    synonyms: tuple[str, ...] = ()
    required: bool = True
    measure: str | None = None
    """What a count counts, spelled as the form does ('văn bản'); None where nothing may stand beside the number."""
    measure_synonyms: tuple[str, ...] = ()
    over_units: OverUnits = "none"
    over_years: OverYears = "none"
    weight: str | None = None
    """Code of the indicator that weighs the mean over communes."""
    open_rows: bool = False
    """The commune may add rows of its own under this one ('chia theo tên loại')."""
    choices: tuple[Choice, ...] = ()


class Appendix(_Data):
    """One appendix table. `confirmed` is False where the form is known only by its title."""

    number: int
    title: str
    synonyms: tuple[str, ...] = ()
    columns: str
    """Name of a column set of the form."""
    row_header: str
    row_header_synonyms: tuple[str, ...] = ()
    confirmed: bool = True
    indicators: tuple[Indicator, ...] = ()

    @model_validator(mode="after")
    def _check_rows(self) -> "Appendix":
        seen: set[str] = set()
        for row in self.indicators:
            if row.code in seen:
                raise ValueError(f"mã chỉ tiêu {row.code} có hai lần")
            if row.parent is not None and row.parent not in seen:
                raise ValueError(f"chỉ tiêu {row.code}: không có chỉ tiêu cha {row.parent} ở phía trên")
            if row.kind == "choice" and not row.choices:
                raise ValueError(f"chỉ tiêu {row.code}: loại choice phải có choices")
            seen.add(row.code)
        for row in self.indicators:
            if row.weight is not None and row.weight not in seen:
                raise ValueError(f"chỉ tiêu {row.code}: không có chỉ tiêu trọng số {row.weight}")
        return self


class Section(_Data):
    """A heading of the standard outline. `path` is the way from the part down, e.g. '1/II/2/2.1/a'."""

    path: str
    title: str
    synonyms: tuple[str, ...] = ()
    optional: bool = False

    @property
    def number(self) -> str:
        """The last step of the path: what stands before the title ('2.1', 'a', 'II')."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def parent(self) -> str | None:
        """Path of the heading above, None for a part."""
        return self.path.rsplit("/", 1)[0] if "/" in self.path else None


class Form(_Data):
    """A report form with everything that is known of it."""

    code: str
    name: str
    title: str
    """What the report is called on its first page, after 'BÁO CÁO'."""
    title_synonyms: tuple[str, ...] = ()
    period: str
    period_start: date
    period_end: date
    column_sets: dict[str, tuple[Column, ...]]
    outline: tuple[Section, ...] = Field(min_length=1)
    appendices: tuple[Appendix, ...]
    rules: tuple[Rule, ...] = ()
    claims: tuple[ClaimPattern, ...] = ()

    @model_validator(mode="after")
    def _check_references(self) -> "Form":
        paths: set[str] = set()
        for section in self.outline:
            if section.path in paths:
                raise ValueError(f"mục {section.path} có hai lần")
            if section.parent is not None and section.parent not in paths:
                raise ValueError(f"mục {section.path}: không có mục {section.parent} ở phía trên")
            paths.add(section.path)
        numbers = [appendix.number for appendix in self.appendices]
        if len(set(numbers)) != len(numbers):
            raise ValueError("hai phụ lục cùng số")
        for appendix in self.appendices:
            if appendix.columns not in self.column_sets:
                raise ValueError(f"phụ lục {appendix.number}: không có bộ cột {appendix.columns}")
        return self

    @cached_property
    def by_number(self) -> dict[int, Appendix]:
        """Appendix number → appendix."""
        return {appendix.number: appendix for appendix in self.appendices}

    def columns_of(self, appendix: Appendix) -> tuple[Column, ...]:
        """The value columns of one appendix."""
        return self.column_sets[appendix.columns]


def bundled_forms() -> Path:
    """The folder of the forms that come with the program."""
    return Path(str(files("schemas"))) / "forms"


def load_form(code: str, *folders: Path) -> Form:
    """The form `code`, looked for in `folders` (the office's own) and then among the bundled ones.

    Raises FormFault with file, key and reason.
    """
    for folder in (*folders, bundled_forms()):
        if (folder / code / "form.toml").is_file():
            return read_form(folder / code)
    raise FormFault("FORM_UNKNOWN", f"Không có mẫu báo cáo «{code}».", "Xem các mẫu đang có: tonghop forms list")


def read_form(folder: Path) -> Form:
    """The form in one folder. Raises FormFault."""
    data = read_toml(folder / "form.toml")
    data["outline"] = read_toml(folder / "outline.toml").get("section", [])
    data["appendices"] = []
    for path in sorted(folder.glob("phu-luc-*.toml")):
        data["appendices"].append(check(Appendix, read_toml(path, rename={"indicator": "indicators"}), path))
    data["appendices"].sort(key=lambda appendix: appendix.number)
    form = check(Form, data, folder / "form.toml")
    rules = _optional(folder / "rules.toml", _Rules).rule
    claims = _optional(folder / "claims.toml", _Claims).claim
    _check_named(form, rules, (), folder / "rules.toml")
    _check_named(form, (), claims, folder / "claims.toml")
    return form.model_copy(update={"rules": rules, "claims": claims})


class _Rules(_Data):
    rule: tuple[Rule, ...] = ()


class _Claims(_Data):
    claim: tuple[ClaimPattern, ...] = ()


def _optional(path: Path, model: type[M]) -> M:
    """What a file that a form need not have says."""
    return check(model, read_toml(path), path) if path.is_file() else model()


def _check_named(form: Form, rules: tuple[Rule, ...], claims: tuple[ClaimPattern, ...], path: Path) -> None:
    """Raises FormFault where rules or claims name an indicator, column, word or section that the form has not."""
    rows = [(appendix, row) for appendix in form.appendices for row in appendix.indicators]
    wrong = wrong_references(
        rules,
        claims,
        kinds={(appendix.number, row.code): row.kind for appendix, row in rows},
        columns={appendix.number: [column.key for column in form.columns_of(appendix)] for appendix in form.appendices},
        words=[choice.text for _, row in rows for choice in row.choices],
        sections=[section.path for section in form.outline],
    )
    if lines := [f"{key}: {reason}" for key, reason in wrong]:
        raise FormFault("FORM_FILE", f"{path}: " + "; ".join(lines), "Sửa các khóa được nêu.")


def read_toml(path: Path, rename: dict[str, str] | None = None) -> dict[str, Any]:
    """A TOML file as a dict, keys in `rename` renamed. Raises FormFault where it is missing or no TOML."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FormFault("FORM_FILE", f"Thiếu tệp {path}.", "Chép lại đủ các tệp của mẫu.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormFault("FORM_FILE", f"{path}: không đúng TOML: {error}", "Sửa tệp theo vị trí được nêu.") from None
    return {(rename or {}).get(key, key): value for key, value in data.items()}


def check(model: type[M], data: dict[str, Any], path: Path) -> M:
    """`data` as `model`, or a FormFault that names file, key and reason for each mistake."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or '(tệp)'}: {e['msg']}" for e in error.errors()]
        raise FormFault("FORM_FILE", f"{path}: " + "; ".join(lines), "Sửa các khóa được nêu.") from None
