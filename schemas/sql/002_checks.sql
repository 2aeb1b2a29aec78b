-- What is checked (reference data, from the form's rules.toml) and what the text of a report claims (content of a file).

CREATE TABLE store.rule (
    form VARCHAR, rule VARCHAR, ordinal INTEGER, kind VARCHAR, severity VARCHAR, text VARCHAR, advice VARCHAR,
    is_blank_zero BOOLEAN, tolerance DOUBLE, cell_kind VARCHAR, word VARCHAR, low DOUBLE, high DOUBLE, threshold DOUBLE,
    floor DOUBLE, least INTEGER, left_terms INTEGER, right_terms INTEGER
);
CREATE TABLE store.rule_term (
    form VARCHAR, rule VARCHAR, side VARCHAR, ordinal INTEGER, appendix INTEGER, indicator VARCHAR, column_key VARCHAR
);
CREATE TABLE store.claim (
    file_id VARCHAR, ordinal INTEGER, pattern VARCHAR, appendix INTEGER, indicator VARCHAR, section VARCHAR,
    value DOUBLE, part DOUBLE, percent DOUBLE, before DOUBLE, change DOUBLE, bound VARCHAR, year_from INTEGER,
    year_to INTEGER, is_now BOOLEAN, raw VARCHAR, sentence VARCHAR, block INTEGER, page INTEGER, table_no INTEGER,
    row_no INTEGER, col_no INTEGER, box VARCHAR
);
