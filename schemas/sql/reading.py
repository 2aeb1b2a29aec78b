"""The reading views: one schema a form, one view an appendix, Vietnamese column names, text as an office writes it."""

import re
import unicodedata
from dataclasses import dataclass

from schemas.form import Appendix, Column, Form

VIEW = """CREATE SCHEMA IF NOT EXISTS {schema};
CREATE OR REPLACE VIEW {schema}.{name} AS
SELECT unit_name AS don_vi, coalesce(label, source_label) AS chi_tieu{columns},
       string_agg(coalesce(source_column || ': ', '') || shown, '; ' ORDER BY column_key)
           FILTER (WHERE column_key NOT IN ({keys})) AS cot_khac,
       ordinal AS thu_tu, period AS ky, submission_id AS ma_bao_cao
FROM store.cell_shown
WHERE form = {form} AND appendix = {number} AND is_current
GROUP BY unit_name, coalesce(label, source_label), ordinal, indicator, period, submission_id
ORDER BY unit_name, period, submission_id, ordinal;"""
COLUMN = ",\n       max(shown) FILTER (WHERE column_key = {key}) AS {name}"
FIXED = {
    "don_vi": "Đơn vị gửi báo cáo; trống nếu chưa biết",
    "chi_tieu": "Tên chỉ tiêu theo mẫu; dòng ngoài mẫu ghi theo báo cáo",
    "cot_khac": "Số liệu ở các cột ngoài mẫu, kèm tiêu đề cột",
    "thu_tu": "Thứ tự dòng theo mẫu; dòng ngoài mẫu đứng sau",
    "ky": "Kỳ báo cáo",
    "ma_bao_cao": "Mã báo cáo (submission_id)",
}


@dataclass(frozen=True, slots=True)
class ReadingView:
    """One appendix of one form for reading. `sql` makes it; `about` and `comments` say what it and its columns mean."""

    schema: str
    name: str
    sql: str
    about: str
    comments: dict[str, str]


def reading_views(form: Form) -> tuple[ReadingView, ...]:
    """The reading views of `form`, one for each of its appendices."""
    return tuple(_view(form, appendix) for appendix in form.appendices)


def ascii_name(text: str) -> str:
    """`text` as an SQL name: lower case ASCII words joined by '_' ('Kết quả' → 'ket_qua')."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    name = "_".join(re.findall("[a-z0-9]+", plain))
    return f"_{name}" if not name or name[0].isdigit() else name


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _view(form: Form, appendix: Appendix) -> ReadingView:
    schema, name = ascii_name(form.code), f"phu_luc_{appendix.number}"
    columns = _names(form.columns_of(appendix))
    sql = VIEW.format(
        schema=schema,
        name=name,
        columns="".join(COLUMN.format(key=literal(key), name=named) for key, (named, _) in columns.items()),
        keys=", ".join(map(literal, columns)),
        form=literal(form.code),
        number=appendix.number,
    )
    about = f"Phụ lục {appendix.number}: {appendix.title}, ghi như cơ quan viết; ô nghi ngờ có dấu (?)"
    return ReadingView(schema, name, sql, about, FIXED | dict(columns.values()))


def _names(columns: tuple[Column, ...]) -> dict[str, tuple[str, str]]:
    """Column key → (SQL name, label): 'nam_2015' for the only column of a year, else the label's own words."""
    years = [column.year for column in columns]
    names: dict[str, tuple[str, str]] = {}
    taken = set(FIXED)
    for column in columns:
        alone = column.year is not None and years.count(column.year) == 1
        name = f"nam_{column.year}" if alone else ascii_name(column.label)
        if name in taken:
            name = f"{name}_{ascii_name(column.key).lstrip('_')}"
        taken.add(name)
        names[column.key] = (name, column.label)
    return names
