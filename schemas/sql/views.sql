-- The public contract as views, and the helpers they stand on (schema store). Made again whenever this file changes.
-- Nothing here may need one store: no macro, no table function, no type but plain ones and lists of text.

CREATE OR REPLACE VIEW store.decision_in_force AS
SELECT d.*
FROM store.decision AS d
WHERE d.action <> 'undo'
  AND NOT EXISTS (SELECT 1 FROM store.decision AS u WHERE u.action = 'undo' AND u.undoes = d.decision_id);

-- One row a submission, decisions applied. is_settled: sender, form and period are sure or were settled by a person;
-- an unsettled report stands outside the versions, so that it neither counts nor pushes out one that does.
CREATE OR REPLACE VIEW store.submission_settled AS
WITH assigned AS (
    SELECT submission_id, arg_max(unit_id, seq) AS unit_id
    FROM store.decision_in_force WHERE action = 'assign' GROUP BY submission_id
), judged AS (
    SELECT submission_id, arg_max(action, seq) AS action, arg_max(decided_at, seq) AS decided_at
    FROM store.decision_in_force WHERE action IN ('accept', 'return', 'withdraw') GROUP BY submission_id
)
SELECT s.submission_id, s.file_name, s.received_at, s.form, s.period, s.period_start, s.period_end,
       s.document_number, s.document_date, coalesce(a.unit_id, s.unit_id) AS unit_id,
       CASE WHEN a.unit_id IS NULL THEN s.sender_confidence ELSE 1 END AS sender_confidence,
       a.unit_id IS NOT NULL AS is_assigned, j.action AS judgement,
       j.action IS DISTINCT FROM 'withdraw' AS is_live,
       coalesce(a.unit_id, s.unit_id) IS NOT NULL
           AND (NOT s.is_sender_unsure OR a.unit_id IS NOT NULL OR coalesce(j.action = 'accept', false))
           AND (NOT s.is_period_unsure OR coalesce(j.action = 'accept', false)) AS is_settled,
       CASE WHEN j.action = 'accept' THEN greatest(s.received_at, j.decided_at) ELSE s.received_at END AS settled_at
FROM store.submission AS s
LEFT JOIN assigned AS a ON a.submission_id = s.submission_id
LEFT JOIN judged AS j ON j.submission_id = s.submission_id;

-- Versions of one unit's report: by document date where every live one has a date, else by arrival (an acceptance
-- counts as arriving again, for that is how a person chooses), and then the last is unsure until it is accepted.
CREATE OR REPLACE VIEW store.submission_version AS
WITH peers AS (
    SELECT *, coalesce(bool_or(is_live AND document_date IS NULL) OVER same_report, false) AS is_undated,
           count(*) FILTER (WHERE is_live) OVER same_report AS live_versions
    FROM store.submission_settled WHERE is_settled
    WINDOW same_report AS (PARTITION BY unit_id, form, period)
), ranked AS (
    SELECT *,
           row_number() OVER (
               PARTITION BY unit_id, form, period
               ORDER BY CASE WHEN is_undated THEN NULL ELSE document_date END NULLS FIRST, settled_at, submission_id
           ) AS version,
           row_number() OVER (
               PARTITION BY unit_id, form, period, is_live
               ORDER BY CASE WHEN is_undated THEN NULL ELSE document_date END DESC NULLS LAST, settled_at DESC,
                        submission_id DESC
           ) AS from_last
    FROM peers
)
SELECT submission_id, CAST(version AS INTEGER) AS version, is_live AND from_last = 1 AS is_current,
       is_live AND from_last = 1 AND is_undated AND live_versions > 1
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

CREATE OR REPLACE VIEW store.correction AS
SELECT submission_id, appendix, indicator, column_key,
       arg_max(decision_id, seq) AS decision_id, max(seq) AS seq
FROM store.decision_in_force WHERE action = 'correct'
GROUP BY submission_id, appendix, indicator, column_key;

-- The periods of each form: the one the form is for, and any other that a report was read for.
CREATE OR REPLACE VIEW store.form_period AS
SELECT form, period, max(period_start) AS period_start, max(period_end) AS period_end
FROM (
    SELECT form, period, period_start, period_end FROM store.form
    UNION ALL
    SELECT form, period, period_start, period_end FROM store.submission_settled WHERE is_settled AND is_live
) AS seen
GROUP BY form, period;

CREATE OR REPLACE VIEW store.expected_unit AS
SELECT p.form, p.period, u.unit_id, u.code AS unit_code, u.name AS unit_name, u.parent
FROM store.form_period AS p
JOIN store.unit AS u ON u.valid_from <= p.period_end AND (u.valid_to IS NULL OR u.valid_to >= p.period_end);

-- The files that submissions are made of.
CREATE OR REPLACE VIEW store.part AS
SELECT f.file_id, f.file_name, f.submission_id FROM store.file AS f WHERE f.outcome = 'loaded';

CREATE OR REPLACE VIEW main.submissions AS
SELECT submission_id, unit_id, unit_code, unit_name, form, period, period_start, period_end, version, is_current,
       status, document_number, document_date, received_at, file_name, sender_confidence
FROM store.submission_now;

CREATE OR REPLACE VIEW main.evidence AS
WITH signs AS (
    SELECT submission_id, unnest(from_json(sender_evidence, '[{"ordinal": "INTEGER", "source": "VARCHAR",
        "found": "VARCHAR", "unit_id": "VARCHAR", "page": "INTEGER", "table_no": "INTEGER", "row_no": "INTEGER",
        "col_no": "INTEGER"}]')) AS sign
    FROM store.submission
)
SELECT e.submission_id, e.sign.ordinal AS ordinal, e.sign.source AS source, e.sign.found AS found,
       e.sign.unit_id AS unit_id, u.name AS unit_name, e.sign.page AS page, e.sign.table_no AS table_no,
       e.sign.row_no AS row_no, e.sign.col_no AS col_no
FROM signs AS e
LEFT JOIN store.unit AS u ON u.unit_id = e.sign.unit_id;

CREATE OR REPLACE VIEW main.files AS
SELECT sha256, received_at, submission_id, file_name, format, bytes, pages, outcome, reason, cells_printed, cells_used
FROM store.file;

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
LEFT JOIN store.decision AS d ON d.decision_id = c.decision_id;

CREATE OR REPLACE VIEW main.observations AS
SELECT submission_id, file_name, unit_id, unit_code, unit_name, form, period, appendix, ordinal, indicator, parent,
       label, kind, measure, source_stt, source_label, match_score, column_key, source_column, column_start,
       column_end, is_part_period, year, raw, value, text, status, confidence, page, table_no, row_no, col_no,
       is_current
FROM store.observation_now WHERE is_counted;

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
JOIN store.part AS p ON p.file_id = a.file_id;

CREATE OR REPLACE VIEW main.sections AS
SELECT p.submission_id, s.ordinal, s.section, s.title, s.source_number, s.source_heading, s.match_score, s.status,
       s.body, s.page
FROM store.section AS s
JOIN store.part AS p ON p.file_id = s.file_id;

-- On which cells figures may rest: those that reading is sure of, or also what was read in doubtful ones; of every report
-- that counts, or of accepted ones only.
CREATE OR REPLACE VIEW store.basis AS
SELECT basis, with_flagged, accepted_only
FROM (VALUES ('counted', false, false), ('flagged', true, false), ('accepted', false, true),
             ('accepted_flagged', true, true)) AS b (basis, with_flagged, accepted_only);

-- What each indicator gives over the communes, by the form's over_units. A mean without weights would be a mean of
-- ratios: median, smallest and largest are given instead. A cell that does not count is counted beside the figure.
CREATE OR REPLACE VIEW store.figure AS
WITH expected AS (
    SELECT b.basis, e.form, e.period, count(*) AS units,
           CASE WHEN count(DISTINCT e.parent) = 1 THEN max(e.parent) END AS level_unit_id
    FROM store.expected_unit AS e CROSS JOIN store.basis AS b GROUP BY b.basis, e.form, e.period
), submitted AS (
    SELECT b.basis, s.form, s.period, s.submission_id, s.status = 'accepted' AS is_accepted
    FROM store.submission_now AS s
    JOIN store.expected_unit AS e ON e.form = s.form AND e.period = s.period AND e.unit_id = s.unit_id
    JOIN store.basis AS b ON s.status = 'accepted' OR NOT b.accepted_only
    WHERE s.is_counted
), reports AS (
    SELECT basis, form, period, count(*) AS units, count(*) FILTER (WHERE is_accepted) AS accepted
    FROM submitted GROUP BY basis, form, period
), read AS (
    SELECT b.basis, o.form, o.period, o.appendix, o.indicator, o.column_key, o.submission_id, o.unit_name, o.status,
           o.status = 'flagged' AND b.with_flagged AS is_doubtful,
           CASE WHEN o.status = 'flagged' AND b.with_flagged THEN o.value_read ELSE o.value END AS value,
           CASE WHEN o.status = 'flagged' AND b.with_flagged AND (o.kind <> 'choice' OR h.category IS NOT NULL)
                THEN o.text_read ELSE o.text END AS text, o.kind
    FROM store.observation_now AS o
    JOIN submitted AS s ON s.submission_id = o.submission_id
    JOIN store.basis AS b ON b.basis = s.basis
    LEFT JOIN store.choice AS h
        ON h.form = o.form AND h.appendix = o.appendix AND h.indicator = o.indicator AND h.category = o.text_read
), counted AS (
    SELECT *, status IN ('ok', 'corrected') OR (is_doubtful AND CASE
        WHEN kind IN ('count', 'percent', 'yes_no') THEN value IS NOT NULL
        WHEN kind IN ('choice', 'text', 'ratio') THEN text IS NOT NULL ELSE false END) AS is_reporting
    FROM read
), cells AS (
    SELECT basis, form, period, appendix, indicator, column_key,
           count(*) FILTER (WHERE is_reporting) AS reporting,
           count(*) FILTER (WHERE is_reporting AND is_doubtful) AS doubtful,
           count(*) FILTER (WHERE status = 'none') AS none,
           count(*) FILTER (WHERE status = 'flagged' AND NOT is_reporting) AS flagged,
           count(*) FILTER (WHERE status = 'blank') AS blank,
           count(*) FILTER (WHERE status = 'not_applicable') AS not_applicable
    FROM counted GROUP BY basis, form, period, appendix, indicator, column_key
), means AS (
    SELECT c.basis, c.form, c.period, c.appendix, c.indicator, c.column_key,
           sum(c.value * w.value) / nullif(sum(w.value), 0) AS mean, count(*) AS units
    FROM counted AS c
    JOIN store.indicator AS i ON i.form = c.form AND i.appendix = c.appendix AND i.indicator = c.indicator
    JOIN counted AS w
        ON w.basis = c.basis AND w.submission_id = c.submission_id AND w.appendix = c.appendix
        AND w.indicator = i.weight AND w.column_key = c.column_key
    WHERE c.is_reporting AND w.is_reporting
    GROUP BY c.basis, c.form, c.period, c.appendix, c.indicator, c.column_key
), totals AS (
    SELECT basis, form, period, appendix, indicator, column_key, sum(value) AS total, median(value) AS median,
           min(value) AS least, max(value) AS most, avg(CASE WHEN value = 1 THEN 1.0 ELSE 0.0 END) AS share_yes,
           count(*) FILTER (WHERE value = 1) AS yes, count(*) AS units,
           string_agg(unit_name || ': ' || text || CASE WHEN is_doubtful THEN ' (?)' ELSE '' END, '; '
               ORDER BY unit_name, submission_id) AS list
    FROM counted WHERE is_reporting GROUP BY basis, form, period, appendix, indicator, column_key
), choices AS (
    SELECT basis, form, period, appendix, indicator, column_key, text AS category, count(*) AS units
    FROM counted WHERE is_reporting AND text IS NOT NULL
    GROUP BY basis, form, period, appendix, indicator, column_key, text
), kinds (over_units, is_weighted, aggregate) AS (
    VALUES ('sum', false, 'sum'), ('sum', true, 'sum'), ('mean', true, 'mean'), ('mean', false, 'median'),
           ('mean', false, 'min'), ('mean', false, 'max'), ('share_yes', false, 'share_yes'),
           ('share_yes', true, 'share_yes'), ('list', false, 'list'), ('list', true, 'list'), ('none', false, 'none'),
           ('none', true, 'none')
), wanted AS (
    SELECT i.form, i.appendix, i.indicator, k.aggregate, CAST(NULL AS VARCHAR) AS category
    FROM store.indicator AS i
    JOIN kinds AS k ON k.over_units = i.over_units AND k.is_weighted = (i.weight IS NOT NULL)
    WHERE i.kind <> 'heading'
    UNION ALL
    SELECT i.form, i.appendix, i.indicator, 'count', h.category
    FROM store.indicator AS i
    JOIN store.choice AS h ON h.form = i.form AND h.appendix = i.appendix AND h.indicator = i.indicator
    WHERE i.kind <> 'heading' AND i.over_units = 'counts'
)
SELECT e.basis, i.form, e.period, i.appendix, i.indicator, col.column_key, w.aggregate, w.category, e.level_unit_id,
       i.ordinal, i.parent, i.label,
       CASE w.aggregate WHEN 'sum' THEN f.total WHEN 'mean' THEN m.mean WHEN 'median' THEN f.median
           WHEN 'min' THEN f.least WHEN 'max' THEN f.most WHEN 'share_yes' THEN f.share_yes
           WHEN 'count' THEN CASE WHEN c.reporting > 0 THEN coalesce(ch.units, 0) END END AS value,
       CASE w.aggregate WHEN 'list' THEN f.list
           WHEN 'share_yes' THEN CAST(f.yes AS VARCHAR) || '/' || CAST(f.units AS VARCHAR) END AS text,
       coalesce(c.reporting, 0) AS reporting, coalesce(c.none, 0) AS none, coalesce(c.flagged, 0) AS flagged,
       coalesce(c.blank, 0) AS blank, coalesce(c.not_applicable, 0) AS not_applicable,
       coalesce(s.units, 0) - coalesce(c.reporting + c.none + c.flagged + c.blank + c.not_applicable, 0) AS absent,
       e.units - coalesce(s.units, 0) AS not_submitted, e.units AS expected,
       CASE WHEN w.aggregate = 'mean' THEN coalesce(m.units, 0) ELSE coalesce(c.reporting, 0) END AS rests_on,
       coalesce(c.doubtful, 0) AS doubtful, coalesce(s.accepted, 0) AS accepted
FROM store.indicator AS i
JOIN wanted AS w ON w.form = i.form AND w.appendix = i.appendix AND w.indicator = i.indicator
JOIN store.form_column AS col ON col.form = i.form AND col.appendix = i.appendix
JOIN expected AS e ON e.form = i.form
LEFT JOIN reports AS s ON s.basis = e.basis AND s.form = e.form AND s.period = e.period
LEFT JOIN cells AS c
    ON c.basis = e.basis AND c.form = i.form AND c.period = e.period AND c.appendix = i.appendix
    AND c.indicator = i.indicator AND c.column_key = col.column_key
LEFT JOIN totals AS f
    ON f.basis = e.basis AND f.form = i.form AND f.period = e.period AND f.appendix = i.appendix
    AND f.indicator = i.indicator AND f.column_key = col.column_key
LEFT JOIN means AS m
    ON m.basis = e.basis AND m.form = i.form AND m.period = e.period AND m.appendix = i.appendix
    AND m.indicator = i.indicator AND m.column_key = col.column_key
LEFT JOIN choices AS ch
    ON ch.basis = e.basis AND ch.form = i.form AND ch.period = e.period AND ch.appendix = i.appendix
    AND ch.indicator = i.indicator AND ch.column_key = col.column_key AND ch.category = w.category;

CREATE OR REPLACE VIEW main.consolidated AS
SELECT form, period, appendix, indicator, column_key, aggregate, category, level_unit_id, ordinal, parent, label, value,
       text, reporting, none, flagged, blank, not_applicable, absent, not_submitted, expected, rests_on, accepted
FROM store.figure WHERE basis = 'counted';

-- Over years, apart from over communes: full calendar years only, added up or the last one taken, by the form's over_years.
CREATE OR REPLACE VIEW store.figure_over_years AS
WITH years AS (
    SELECT form, appendix, column_key, year, max(year) OVER (PARTITION BY form, appendix) AS last_year
    FROM store.form_column
    WHERE NOT is_part_period AND CAST(column_start AS VARCHAR) = CAST(year AS VARCHAR) || '-01-01'
        AND CAST(column_end AS VARCHAR) = CAST(year AS VARCHAR) || '-12-31'
)
SELECT f.basis, f.form, f.period, f.appendix, f.indicator, f.aggregate, f.category, f.level_unit_id, f.ordinal, f.parent,
       f.label, i.over_years, CASE WHEN i.over_years = 'sum' THEN sum(f.value) ELSE max(f.value) END AS value,
       min(y.year) AS first_year, max(y.year) AS last_year, CAST(sum(f.rests_on) AS BIGINT) AS rests_on,
       CAST(sum(f.expected) AS BIGINT) AS expected
FROM store.figure AS f
JOIN store.indicator AS i ON i.form = f.form AND i.appendix = f.appendix AND i.indicator = f.indicator
JOIN years AS y ON y.form = f.form AND y.appendix = f.appendix AND y.column_key = f.column_key
WHERE (i.over_years = 'sum' AND f.aggregate = 'sum')
    OR (i.over_years = 'last' AND y.year = y.last_year AND f.aggregate NOT IN ('list', 'none'))
GROUP BY f.basis, f.form, f.period, f.appendix, f.indicator, f.aggregate, f.category, f.level_unit_id, f.ordinal,
         f.parent, f.label, i.over_years;

CREATE OR REPLACE VIEW main.consolidated_years AS
SELECT form, period, appendix, indicator, aggregate, category, level_unit_id, ordinal, parent, label, over_years, value,
       first_year, last_year, rests_on, expected
FROM store.figure_over_years WHERE basis = 'counted';

CREATE OR REPLACE VIEW main.office AS
SELECT name, level, form, due_date FROM store.office;

CREATE OR REPLACE VIEW main.decisions AS
SELECT d.decision_id, d.decided_at, d.action, d.submission_id, d.decided_by, d.reason, d.unit_id, d.appendix,
       d.indicator, d.column_key, d.value, d.text, d.undoes, f.decision_id IS NOT NULL AS is_in_force
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
