-- The public contract as views, and the helpers they stand on (schema store). Made again whenever this file changes.
-- Nothing here may need one store: no macro, no table function, no type but plain ones and lists of text.

CREATE OR REPLACE VIEW store.decision_in_force AS
SELECT d.*
FROM store.decision AS d
WHERE d.action <> 'undo'
  AND NOT EXISTS (SELECT 1 FROM store.decision AS u WHERE u.action = 'undo' AND u.undoes = d.decision_id);

-- What the first file of each submission says of it.
CREATE OR REPLACE VIEW store.submission_first AS
SELECT s.*, m.arrived
FROM store.submission AS s
JOIN store.membership AS m ON m.file_id = s.submission_id AND m.role = 'first';

-- One row a submission, decisions applied; what its first file does not say (number, date) its other files may.
-- is_settled: sender, form and period are sure or were settled by a person; an unsettled report stands outside the
-- versions, so that it neither counts nor pushes out one that does. A judgement about another content than today's (a
-- file has joined since and changed it) is over, but for a withdrawal; that it settled sender and period stays.
CREATE OR REPLACE VIEW store.submission_settled AS
WITH assigned AS (
    SELECT submission_id, arg_max(unit_id, seq) AS unit_id
    FROM store.decision_in_force WHERE action = 'assign' GROUP BY submission_id
), judged AS (
    SELECT submission_id, arg_max(action, seq) AS action, max(seq) AS seq
    FROM store.decision_in_force WHERE action IN ('accept', 'return', 'withdraw') GROUP BY submission_id
), further AS (
    SELECT m.submission_id, max(m.joined) FILTER (WHERE m.is_change) AS changed,
           arg_min(s.document_number, m.joined) FILTER (WHERE s.document_number IS NOT NULL) AS document_number,
           arg_min(s.document_date, m.joined) FILTER (WHERE s.document_date IS NOT NULL) AS document_date
    FROM store.membership AS m
    JOIN store.submission AS s ON s.submission_id = m.file_id
    WHERE m.role <> 'first' GROUP BY m.submission_id
)
SELECT s.submission_id, s.file_name, s.received_at, s.form, s.period, s.period_start, s.period_end,
       coalesce(s.document_number, w.document_number) AS document_number,
       coalesce(s.document_date, w.document_date) AS document_date, coalesce(a.unit_id, s.unit_id) AS unit_id,
       CASE WHEN a.unit_id IS NULL THEN s.sender_confidence ELSE 1 END AS sender_confidence,
       a.unit_id IS NOT NULL AS is_assigned,
       CASE WHEN j.action = 'withdraw' OR w.changed IS NULL OR j.seq > w.changed THEN j.action END AS judgement,
       CASE WHEN j.action <> 'withdraw' AND j.seq < w.changed THEN j.action END AS judgement_before,
       j.action IS DISTINCT FROM 'withdraw' AS is_live,
       coalesce(a.unit_id, s.unit_id) IS NOT NULL
           AND (NOT s.is_sender_unsure OR a.unit_id IS NOT NULL OR coalesce(j.action = 'accept', false))
           AND (NOT s.is_period_unsure OR coalesce(j.action = 'accept', false)) AS is_settled,
       CASE WHEN j.action = 'accept' THEN j.seq ELSE s.arrived END AS settled_order
FROM store.submission_first AS s
LEFT JOIN further AS w ON w.submission_id = s.submission_id
LEFT JOIN assigned AS a ON a.submission_id = s.submission_id
LEFT JOIN judged AS j ON j.submission_id = s.submission_id;

-- Versions of one unit's report: by document date where every live one has a date, else by arrival (an acceptance
-- counts as arriving again, for that is how a person chooses). Where dates are missing, or another live version bears
-- the same one, the last is unsure until it is accepted.
CREATE OR REPLACE VIEW store.submission_version AS
WITH peers AS (
    SELECT *, coalesce(bool_or(is_live AND document_date IS NULL) OVER same_report, false) AS is_undated,
           count(*) FILTER (WHERE is_live) OVER same_report AS live_versions,
           count(*) FILTER (WHERE is_live) OVER (PARTITION BY unit_id, form, period, document_date) AS of_one_day
    FROM store.submission_settled WHERE is_settled
    WINDOW same_report AS (PARTITION BY unit_id, form, period)
), ranked AS (
    SELECT *,
           row_number() OVER (
               PARTITION BY unit_id, form, period
               ORDER BY CASE WHEN is_undated THEN NULL ELSE document_date END NULLS FIRST, settled_order, submission_id
           ) AS version,
           row_number() OVER (
               PARTITION BY unit_id, form, period, is_live
               ORDER BY CASE WHEN is_undated THEN NULL ELSE document_date END DESC NULLS LAST, settled_order DESC,
                        submission_id DESC
           ) AS from_last
    FROM peers
)
SELECT submission_id, CAST(version AS INTEGER) AS version, is_live AND from_last = 1 AS is_current,
       is_live AND from_last = 1 AND live_versions > 1 AND (is_undated OR of_one_day > 1)
           AND judgement IS DISTINCT FROM 'accept' AS is_version_unsure
FROM ranked;

CREATE OR REPLACE VIEW store.submission_now AS
SELECT s.*, u.code AS unit_code, u.name AS unit_name, v.version,
       CASE WHEN s.is_settled THEN v.is_current ELSE s.is_live END AS is_current,
       coalesce(v.is_version_unsure, false) AS is_version_unsure,
       CASE WHEN s.judgement = 'withdraw' THEN 'withdrawn'
            WHEN s.judgement = 'return' THEN 'returned'
            WHEN NOT s.is_settled OR v.is_version_unsure THEN 'needs_review'
            WHEN s.judgement = 'accept' THEN 'accepted'
            ELSE 'received' END AS status,
       s.is_settled AND v.is_current AND s.judgement IS DISTINCT FROM 'return' AS is_counted
FROM store.submission_settled AS s
LEFT JOIN store.submission_version AS v ON v.submission_id = s.submission_id
LEFT JOIN store.unit AS u ON u.unit_id = s.unit_id;

-- What was corrected in a file before it joined another's submission stays corrected.
CREATE OR REPLACE VIEW store.correction AS
SELECT m.submission_id, d.appendix, d.indicator, d.column_key, arg_max(d.decision_id, d.seq) AS decision_id,
       max(d.seq) AS seq
FROM store.decision_in_force AS d
JOIN store.membership AS m ON m.file_id = d.submission_id
WHERE d.action = 'correct'
GROUP BY m.submission_id, d.appendix, d.indicator, d.column_key;

-- The periods of each form: the one the form is for, and any other that a report was read for.
CREATE OR REPLACE VIEW store.form_period AS
SELECT form, period, max(period_start) AS period_start, max(period_end) AS period_end
FROM (
    SELECT form, period, period_start, period_end FROM store.form
    UNION ALL
    SELECT form, period, period_start, period_end FROM store.submission_settled WHERE is_settled AND is_live
) AS seen
GROUP BY form, period;

-- The files that submissions are made of.
CREATE OR REPLACE VIEW store.part AS
SELECT f.file_id, f.file_name, m.submission_id, m.role, m.joined
FROM store.file AS f
JOIN store.membership AS m ON m.file_id = f.file_id
WHERE f.outcome = 'loaded';

CREATE OR REPLACE VIEW main.submissions AS
SELECT submission_id, unit_id, unit_code, unit_name, form, period, period_start, period_end, version, is_current,
       status, document_number, document_date, received_at, file_name, sender_confidence
FROM store.submission_now;

CREATE OR REPLACE VIEW main.evidence AS
WITH signs AS (
    SELECT submission_id, unnest(from_json(sender_evidence, '[{"ordinal": "INTEGER", "source": "VARCHAR",
        "found": "VARCHAR", "unit_id": "VARCHAR", "page": "INTEGER", "table_no": "INTEGER", "row_no": "INTEGER",
        "col_no": "INTEGER"}]')) AS sign
    FROM store.submission_first
)
SELECT e.submission_id, e.sign.ordinal AS ordinal, e.sign.source AS source, e.sign.found AS found,
       e.sign.unit_id AS unit_id, u.name AS unit_name, e.sign.page AS page, e.sign.table_no AS table_no,
       e.sign.row_no AS row_no, e.sign.col_no AS col_no
FROM signs AS e
LEFT JOIN store.unit AS u ON u.unit_id = e.sign.unit_id;

CREATE OR REPLACE VIEW main.files AS
SELECT f.sha256, f.received_at, m.submission_id, f.file_name, f.format, f.bytes, f.pages, f.outcome, f.reason,
       f.cells_printed, f.cells_used, m.role, m.joined AS ordinal
FROM store.file AS f
LEFT JOIN store.membership AS m ON m.file_id = f.file_id AND f.outcome = 'loaded';

CREATE OR REPLACE VIEW store.observation_now AS
SELECT p.submission_id, p.file_name, s.unit_id, s.unit_code, s.unit_name, s.form, s.period, o.appendix, o.ordinal,
       o.indicator, o.parent, o.label, o.kind, o.measure, o.source_stt, o.source_label, o.match_score, o.column_key,
       o.source_column, o.column_start, o.column_end, o.is_part_period, o.year, o.raw,
       CASE WHEN d.decision_id IS NULL THEN o.value ELSE d.value END AS value,
       CASE WHEN d.decision_id IS NULL THEN o.text ELSE d.text END AS text,
       CASE WHEN d.decision_id IS NULL THEN o.status ELSE 'corrected' END AS status,
       o.confidence, o.page, o.table_no, o.row_no, o.col_no, s.is_current, o.value_read, o.text_read, s.is_counted
FROM store.observation AS o
JOIN store.part AS p ON p.file_id = o.file_id
JOIN store.submission_now AS s ON s.submission_id = p.submission_id
LEFT JOIN store.correction AS c
    ON c.submission_id = p.submission_id AND c.appendix = o.appendix AND c.indicator = o.indicator
    AND c.column_key = o.column_key
LEFT JOIN store.decision AS d ON d.decision_id = c.decision_id
WHERE NOT EXISTS (SELECT 1 FROM store.left_out AS l WHERE l.file_id = o.file_id AND l.appendix = o.appendix);

CREATE OR REPLACE VIEW main.observations_all AS
SELECT submission_id, file_name, unit_id, unit_code, unit_name, form, period, appendix, ordinal, indicator, parent,
       label, kind, measure, source_stt, source_label, match_score, column_key, source_column, column_start,
       column_end, is_part_period, year, raw, value, text, status, confidence, page, table_no, row_no, col_no,
       is_current, value_read, text_read
FROM store.observation_now;

-- Every cell as an office writes it (1.500; 12,5; 98,5%), doubtful ones with what was read and '(?)'.
CREATE OR REPLACE VIEW store.cell_shown AS
WITH digits AS (
    SELECT *, CASE WHEN value < 0 THEN '-' ELSE '' END AS sign,
           CAST(TRY_CAST(abs(value) AS DECIMAL(28, 6)) AS VARCHAR) AS digits
    FROM store.observation_now
), number AS (
    SELECT *, sign || replace(format('{:,}', TRY_CAST(split_part(digits, '.', 1) AS HUGEINT)), ',', '.') AS whole,
           rtrim(split_part(digits, '.', 2), '0') AS decimals
    FROM digits
)
SELECT *, CASE WHEN status = 'flagged' THEN trim(coalesce(raw, '') || ' (?)')
               WHEN status IN ('none', 'not_applicable') THEN raw
               WHEN kind = 'yes_no' AND value = 1 THEN 'Có'
               WHEN kind = 'yes_no' AND value = 0 THEN 'Không'
               WHEN value IS NULL THEN text
               ELSE coalesce(whole || CASE WHEN decimals = '' THEN '' ELSE ',' || decimals END
                   || CASE WHEN kind = 'percent' THEN '%' ELSE '' END, raw) END AS shown
FROM number;

CREATE OR REPLACE VIEW main.appendices AS
SELECT p.submission_id, a.appendix, a.status, a.confirmed, a.cells_expected, a.cells_filled, a.cells_flagged, a.title,
       a.page, a.table_no, a.row_no
FROM store.appendix AS a
JOIN store.part AS p ON p.file_id = a.file_id
WHERE NOT EXISTS (SELECT 1 FROM store.left_out AS l WHERE l.file_id = a.file_id AND l.appendix = a.appendix);

-- Of several files the sections stand in the form's order, further headings behind the section that they follow.
CREATE OR REPLACE VIEW store.section_of_several AS
SELECT p.submission_id, p.joined, s.*,
       max(f.ordinal) OVER (
           PARTITION BY s.file_id ORDER BY s.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
       ) AS place
FROM store.section AS s
JOIN store.part AS p ON p.file_id = s.file_id
JOIN store.submission_first AS i ON i.submission_id = p.submission_id
LEFT JOIN store.form_section AS f ON f.form = i.form AND f.section = s.section
WHERE p.submission_id IN (SELECT submission_id FROM store.membership WHERE role <> 'first');

CREATE OR REPLACE VIEW main.sections AS
SELECT p.submission_id, s.ordinal, s.section, s.title, s.source_number, s.source_heading, s.match_score, s.status,
       s.body, s.page
FROM store.section AS s
JOIN store.part AS p ON p.file_id = s.file_id
WHERE p.submission_id NOT IN (SELECT submission_id FROM store.membership WHERE role <> 'first')
UNION ALL
SELECT s.submission_id,
       CAST(row_number() OVER (
           PARTITION BY s.submission_id ORDER BY s.place NULLS FIRST, s.section IS NULL, s.joined, s.ordinal
       ) AS INTEGER),
       s.section, s.title, s.source_number, s.source_heading, s.match_score, s.status, s.body, s.page
FROM store.section_of_several AS s
WHERE NOT EXISTS (
    SELECT 1 FROM store.left_out AS l
    WHERE l.file_id = s.file_id AND l.appendix IS NULL AND l.section IS NOT DISTINCT FROM s.section
);

-- What sentences claim, of the files whose sections count.
CREATE OR REPLACE VIEW store.claim_now AS
SELECT c.* FROM store.claim AS c
WHERE NOT EXISTS (
    SELECT 1 FROM store.left_out AS l
    WHERE l.file_id = c.file_id AND l.appendix IS NULL AND l.section IS NOT DISTINCT FROM c.section
);

CREATE OR REPLACE VIEW main.office AS
SELECT name, level, form, due_date FROM store.office;

CREATE OR REPLACE VIEW main.decisions AS
SELECT d.decision_id, d.decided_at, d.action, d.submission_id, d.decided_by, d.reason, d.unit_id, d.appendix,
       d.indicator, d.column_key, d.value, d.text, d.undoes, f.decision_id IS NOT NULL AS is_in_force, d.seq AS ordinal
FROM store.decision AS d
LEFT JOIN store.decision_in_force AS f ON f.decision_id = d.decision_id;

CREATE OR REPLACE VIEW main.units AS
SELECT unit_id, code, name, type, valid_from, valid_to, parent, successors FROM store.unit;

CREATE OR REPLACE VIEW main.forms AS
SELECT form, name, title, period, period_start, period_end FROM store.form;

CREATE OR REPLACE VIEW main.form_columns AS
SELECT form, appendix, appendix_title, ordinal, column_key, label, column_start, column_end, is_part_period, year
FROM store.form_column;

CREATE OR REPLACE VIEW main.indicators AS
SELECT i.form, i.appendix, i.appendix_title, i.confirmed, i.ordinal, i.indicator, i.parent, i.label, i.kind, i.required,
       i.measure, i.over_units, i.over_years, i.weight, i.open_rows, h.choices
FROM store.indicator AS i
LEFT JOIN (
    SELECT form, appendix, indicator, string_agg(category, ' / ' ORDER BY ordinal) AS choices
    FROM store.choice GROUP BY form, appendix, indicator
) AS h ON h.form = i.form AND h.appendix = i.appendix AND h.indicator = i.indicator;
