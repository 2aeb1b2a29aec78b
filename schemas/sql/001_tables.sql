-- The tables beneath the public views. Plain columns only: no key, constraint, default, sequence or enum, so that the
-- same statements run on other stores of the same SQL, and no list, which old engines misread where it is empty. What
-- must be unique is kept so by the one transaction that writes: it updates the row of store.lock first, which makes
-- writers wait for each other, then looks, then writes.

CREATE SCHEMA IF NOT EXISTS store;

CREATE TABLE store.lock (writes BIGINT);
INSERT INTO store.lock VALUES (0);

-- Reference data: replaced whole whenever the office's files or this program's data change (fingerprint).
CREATE TABLE store.office (
    name VARCHAR, level VARCHAR, form VARCHAR, due_date DATE, fingerprint VARCHAR
);
CREATE TABLE store.unit (
    unit_id VARCHAR, code VARCHAR, name VARCHAR, type VARCHAR, valid_from DATE, valid_to DATE, parent VARCHAR,
    successors VARCHAR
);
CREATE TABLE store.form (
    form VARCHAR, name VARCHAR, title VARCHAR, period VARCHAR, period_start DATE, period_end DATE, data VARCHAR
);
CREATE TABLE store.form_column (
    form VARCHAR, appendix INTEGER, appendix_title VARCHAR, ordinal INTEGER, column_key VARCHAR, label VARCHAR,
    column_start DATE, column_end DATE, is_part_period BOOLEAN, year INTEGER
);
CREATE TABLE store.indicator (
    form VARCHAR, appendix INTEGER, appendix_title VARCHAR, confirmed BOOLEAN, ordinal INTEGER, indicator VARCHAR,
    parent VARCHAR, label VARCHAR, kind VARCHAR, required BOOLEAN, measure VARCHAR, over_units VARCHAR,
    over_years VARCHAR, weight VARCHAR, open_rows BOOLEAN
);
CREATE TABLE store.choice (form VARCHAR, appendix INTEGER, indicator VARCHAR, ordinal INTEGER, category VARCHAR);
CREATE TABLE store.form_section (
    form VARCHAR, ordinal INTEGER, section VARCHAR, parent VARCHAR, title VARCHAR, optional BOOLEAN
);
CREATE TABLE store.catalogue (code VARCHAR, severity VARCHAR, text VARCHAR, advice VARCHAR);

-- What came in. Times are Vietnam's (UTC+7). Content belongs to a file (file_id: the first 12 hex digits of its
-- SHA-256) and through store.file to a submission, which may be made of several files. A box is 'x0,y0,x1,y1'.
CREATE TABLE store.file (
    file_id VARCHAR, sha256 VARCHAR, received_at TIMESTAMP, submission_id VARCHAR, file_name VARCHAR, format VARCHAR,
    bytes BIGINT, pages INTEGER, outcome VARCHAR, reason VARCHAR, detail VARCHAR, cells_printed INTEGER,
    cells_used INTEGER
);
CREATE TABLE store.submission (
    submission_id VARCHAR, file_name VARCHAR, received_at TIMESTAMP, form VARCHAR, period VARCHAR, period_start DATE,
    period_end DATE, unit_id VARCHAR, document_number VARCHAR, document_date DATE, sender_confidence DOUBLE,
    sender_evidence VARCHAR, is_sender_unsure BOOLEAN, is_period_unsure BOOLEAN
);
CREATE TABLE store.appendix (
    file_id VARCHAR, appendix INTEGER, status VARCHAR, confirmed BOOLEAN, cells_expected INTEGER, cells_filled INTEGER,
    cells_flagged INTEGER, score DOUBLE, title VARCHAR, block INTEGER, page INTEGER, table_no INTEGER, row_no INTEGER,
    box VARCHAR
);
CREATE TABLE store.section (
    file_id VARCHAR, ordinal INTEGER, section VARCHAR, title VARCHAR, source_number VARCHAR, source_heading VARCHAR,
    match_score DOUBLE, status VARCHAR, body VARCHAR, block INTEGER, page INTEGER, box VARCHAR
);
CREATE TABLE store.observation (
    file_id VARCHAR, appendix INTEGER, indicator VARCHAR, ordinal INTEGER, parent VARCHAR, label VARCHAR, kind VARCHAR,
    measure VARCHAR, source_stt VARCHAR, source_label VARCHAR, match_score DOUBLE, column_key VARCHAR,
    source_column VARCHAR, column_start DATE, column_end DATE, is_part_period BOOLEAN, year INTEGER, raw VARCHAR,
    value DOUBLE, text VARCHAR, value_read DOUBLE, text_read VARCHAR, status VARCHAR, confidence DOUBLE,
    block INTEGER, page INTEGER, table_no INTEGER, row_no INTEGER, col_no INTEGER, box VARCHAR
);
CREATE TABLE store.finding (
    finding_id VARCHAR, file_id VARCHAR, severity VARCHAR, code VARCHAR, message VARCHAR, appendix INTEGER,
    indicator VARCHAR, column_key VARCHAR, section VARCHAR, found VARCHAR, expected VARCHAR,
    block INTEGER, page INTEGER, table_no INTEGER, row_no INTEGER, col_no INTEGER, box VARCHAR
);

-- What people decided: rows are only ever added. seq is the order in which they were made, whatever the clock said.
CREATE TABLE store.decision (
    decision_id VARCHAR, seq BIGINT, decided_at TIMESTAMP, action VARCHAR, submission_id VARCHAR, decided_by VARCHAR,
    reason VARCHAR, unit_id VARCHAR, appendix INTEGER, indicator VARCHAR, column_key VARCHAR, value DOUBLE,
    text VARCHAR, undoes VARCHAR
);
