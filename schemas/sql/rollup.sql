-- Which report answers for which unit when units were merged or divided: nothing is counted twice, nothing is divided.
-- Made after views.sql.

-- On which cells figures may rest: those that reading is sure of, or also what was read in doubtful ones; of every report
-- that counts, or of accepted ones only.
CREATE OR REPLACE VIEW store.basis AS
SELECT basis, with_flagged, accepted_only
FROM (VALUES ('counted', false, false), ('flagged', true, false), ('accepted', false, true),
             ('accepted_flagged', true, true)) AS b (basis, with_flagged, accepted_only);

-- Each unit with itself and with every unit that its people came to be in.
CREATE OR REPLACE VIEW store.unit_descent AS
WITH RECURSIVE step AS (
    SELECT unit_id, unnest(string_split(successors, ' ')) AS successor_id FROM store.unit WHERE successors IS NOT NULL
), descent (unit_id, later_id) AS (
    SELECT unit_id, unit_id FROM store.unit
    UNION
    SELECT l.unit_id, s.successor_id FROM descent AS l JOIN step AS s ON s.unit_id = l.later_id
)
SELECT unit_id, later_id FROM descent;

-- All of it in one view, each step computed once. kind 'line': what figures are expected of, with the reports that stand
-- in it (submission_id; NULL where there is none). kind 'sender': who has to send. kind 'doubled': a predecessor's report
-- where a successor's counts too: both tell of the same people, the successor's is taken.
-- relation itself: an expected unit's own report; into: a predecessor's that went into one expected unit whole; split: one
-- whose people are in several now; over: a successor's that cannot be divided among those expected. The last two stand in
-- lines of their own. missing: of how many of its parts (of itself, where none has reported) a line has no report.
CREATE OR REPLACE VIEW store.roll_up AS
WITH unit_line AS MATERIALIZED (
    SELECT unit_id, later_id FROM store.unit_descent
), report AS MATERIALIZED (
    SELECT form, period, period_start, period_end, submission_id, unit_id, unit_name, status, is_counted, is_settled, is_live
    FROM store.submission_now
), dated AS MATERIALIZED (
    SELECT form, period, max(period_end) AS period_end,
           coalesce((SELECT max(units_on) FROM store.level), max(period_end)) AS units_on
    FROM (
        SELECT form, period, period_end FROM store.form
        UNION ALL SELECT form, period, period_end FROM report WHERE is_settled AND is_live
    ) AS seen
    GROUP BY form, period
), expected AS MATERIALIZED (
    SELECT p.form, p.period, p.period_end, u.unit_id, u.name AS unit_name, u.valid_from
    FROM dated AS p
    JOIN store.unit AS u ON u.valid_from <= p.units_on AND (u.valid_to IS NULL OR u.valid_to >= p.units_on)
), target AS MATERIALIZED (
    SELECT e.form, e.period, e.period_end, l.unit_id, e.unit_id AS level_id, e.unit_name AS level_name, e.valid_from,
           count(*) OVER (PARTITION BY e.form, e.period, l.unit_id) AS targets
    FROM unit_line AS l
    JOIN expected AS e ON e.unit_id = l.later_id
), candidate AS MATERIALIZED (
    SELECT b.basis, s.form, s.period, s.submission_id, s.unit_id, s.unit_name, s.status = 'accepted' AS is_accepted
    FROM report AS s
    JOIN store.basis AS b ON s.status = 'accepted' OR NOT b.accepted_only
    WHERE s.is_counted
), doubled AS MATERIALIZED (
    SELECT a.basis, a.form, a.period, a.submission_id, a.unit_id, a.unit_name, a.is_accepted,
           string_agg(b.unit_name, ', ' ORDER BY b.unit_name) AS others
    FROM candidate AS a
    JOIN unit_line AS l ON l.unit_id = a.unit_id AND l.later_id <> a.unit_id
    JOIN candidate AS b ON b.basis = a.basis AND b.form = a.form AND b.period = a.period AND b.unit_id = l.later_id
    GROUP BY a.basis, a.form, a.period, a.submission_id, a.unit_id, a.unit_name, a.is_accepted
), linked AS (
    SELECT c.basis, c.form, c.period, c.submission_id, c.unit_id, c.unit_name, c.is_accepted, t.level_id, t.level_name,
           CASE WHEN t.level_id = c.unit_id THEN 'itself' WHEN t.targets = 1 THEN 'into' ELSE 'split' END AS relation
    FROM candidate AS c
    JOIN target AS t ON t.form = c.form AND t.period = c.period AND t.unit_id = c.unit_id
    UNION ALL
    SELECT c.basis, c.form, c.period, c.submission_id, c.unit_id, c.unit_name, c.is_accepted, e.unit_id, e.unit_name, 'over'
    FROM candidate AS c
    JOIN unit_line AS l ON l.later_id = c.unit_id AND l.unit_id <> c.unit_id
    JOIN expected AS e ON e.form = c.form AND e.period = c.period AND e.unit_id = l.unit_id
), answer AS MATERIALIZED (
    SELECT l.basis, l.form, l.period, l.submission_id, l.unit_id, l.unit_name, l.is_accepted, l.relation,
           CASE WHEN l.relation IN ('itself', 'into') THEN min(l.level_id) ELSE l.unit_id END AS line_id,
           string_agg(l.level_name, ', ' ORDER BY l.level_name) AS others
    FROM linked AS l
    LEFT JOIN doubled AS d ON d.basis = l.basis AND d.submission_id = l.submission_id
    WHERE d.submission_id IS NULL
    GROUP BY l.basis, l.form, l.period, l.submission_id, l.unit_id, l.unit_name, l.is_accepted, l.relation
), part AS MATERIALIZED (
    -- what went into an expected unit, as it was when the period ended, or else before that unit was made
    SELECT t.form, t.period, t.level_id, u.unit_id AS part_id, u.name AS part_name, t.targets > 1 AS is_split
    FROM target AS t
    JOIN store.unit AS u
        ON u.unit_id = t.unit_id AND u.valid_from <= least(t.period_end, t.valid_from - 1)
        AND u.valid_to >= least(t.period_end, t.valid_from - 1)
    WHERE t.unit_id <> t.level_id
), covered AS MATERIALIZED (
    SELECT DISTINCT a.basis, a.form, a.period, l.unit_id
    FROM answer AS a JOIN unit_line AS l ON l.later_id = a.unit_id
), spoken AS MATERIALIZED (
    SELECT basis, form, period, line_id, count(*) AS reports, count(*) FILTER (WHERE is_accepted) AS accepted,
           bool_or(relation = 'into') AS is_made_of_parts,
           string_agg(unit_name, ', ' ORDER BY unit_name, submission_id) AS made_of
    FROM answer GROUP BY basis, form, period, line_id
), lacking AS (
    SELECT s.basis, s.form, s.period, s.line_id, count(*) AS missing,
           string_agg(p.part_name, ', ' ORDER BY p.part_name) AS missing_names
    FROM spoken AS s
    JOIN part AS p ON p.form = s.form AND p.period = s.period AND p.level_id = s.line_id AND NOT p.is_split
    LEFT JOIN covered AS c
        ON c.basis = s.basis AND c.form = s.form AND c.period = s.period AND c.unit_id = p.part_id
    WHERE s.is_made_of_parts AND c.unit_id IS NULL
    GROUP BY s.basis, s.form, s.period, s.line_id
), line AS (
    SELECT b.basis, e.form, e.period, e.unit_id AS line_id
    FROM expected AS e
    CROSS JOIN store.basis AS b
    LEFT JOIN covered AS c ON c.basis = b.basis AND c.form = e.form AND c.period = e.period AND c.unit_id = e.unit_id
    LEFT JOIN spoken AS s ON s.basis = b.basis AND s.form = e.form AND s.period = e.period AND s.line_id = e.unit_id
    WHERE c.unit_id IS NULL OR s.line_id IS NOT NULL
    UNION
    SELECT basis, form, period, line_id FROM spoken
    UNION
    SELECT b.basis, p.form, p.period, p.part_id
    FROM part AS p
    CROSS JOIN store.basis AS b
    LEFT JOIN answer AS a ON a.basis = b.basis AND a.form = p.form AND a.period = p.period AND a.unit_id = p.level_id
    WHERE p.is_split AND a.unit_id IS NULL
), level AS MATERIALIZED (
    SELECT l.basis, l.form, l.period, l.line_id, coalesce(s.reports, 0) AS reports, coalesce(s.accepted, 0) AS accepted,
           s.made_of, CASE WHEN s.line_id IS NULL THEN 1 ELSE coalesce(k.missing, 0) END AS missing, k.missing_names,
           coalesce(s.is_made_of_parts, false) AS is_made_of_parts
    FROM line AS l
    LEFT JOIN spoken AS s ON s.basis = l.basis AND s.form = l.form AND s.period = l.period AND s.line_id = l.line_id
    LEFT JOIN lacking AS k ON k.basis = l.basis AND k.form = l.form AND k.period = l.period AND k.line_id = l.line_id
)
SELECT 'line' AS kind, l.basis, l.form, l.period, l.line_id, l.reports, l.accepted, l.made_of, l.missing, l.missing_names,
       a.submission_id, a.unit_id, a.unit_name, a.relation, a.others
FROM level AS l
LEFT JOIN answer AS a ON a.basis = l.basis AND a.form = l.form AND a.period = l.period AND a.line_id = l.line_id
UNION ALL
SELECT 'sender', l.basis, l.form, l.period, l.line_id, NULL, NULL, NULL, NULL, NULL, NULL, coalesce(p.part_id, l.line_id),
       NULL, NULL, NULL
FROM level AS l
LEFT JOIN part AS p
    ON l.is_made_of_parts AND p.form = l.form AND p.period = l.period AND p.level_id = l.line_id AND NOT p.is_split
WHERE l.basis = 'counted'
UNION ALL
SELECT 'doubled', basis, form, period, NULL, NULL, NULL, NULL, NULL, NULL, submission_id, unit_id, unit_name, 'doubled',
       others
FROM doubled;

CREATE OR REPLACE VIEW store.expected_sender AS
SELECT r.form, r.period, u.unit_id, u.code AS unit_code, u.name AS unit_name, u.parent
FROM store.roll_up AS r JOIN store.unit AS u ON u.unit_id = r.unit_id
WHERE r.kind = 'sender';

-- The reports of kind 'doubled' among those that count, by themselves: observations are asked for often.
CREATE OR REPLACE VIEW store.doubled_report AS
WITH candidate AS MATERIALIZED (
    SELECT form, period, submission_id, unit_id FROM store.submission_now WHERE is_counted
)
SELECT DISTINCT a.submission_id
FROM store.unit_descent AS l
JOIN candidate AS a ON a.unit_id = l.unit_id
JOIN candidate AS b ON b.unit_id = l.later_id AND l.later_id <> l.unit_id AND b.form = a.form AND b.period = a.period;

CREATE OR REPLACE VIEW main.observations AS
SELECT submission_id, file_name, unit_id, unit_code, unit_name, form, period, appendix, ordinal, indicator, parent,
       label, kind, measure, source_stt, source_label, match_score, column_key, source_column, column_start,
       column_end, is_part_period, year, raw, value, text, status, confidence, page, table_no, row_no, col_no,
       is_current
FROM store.observation_now
WHERE is_counted AND submission_id NOT IN (SELECT submission_id FROM store.doubled_report);

CREATE OR REPLACE VIEW main.answers AS
SELECT r.form, r.period, r.submission_id, r.unit_id, r.unit_name, r.relation, r.line_id AS counts_for,
       coalesce(u.name, r.others) AS counts_for_name
FROM store.roll_up AS r
LEFT JOIN store.unit AS u ON u.unit_id = r.line_id
WHERE r.basis = 'counted' AND r.kind IN ('line', 'doubled') AND r.submission_id IS NOT NULL;

-- What is to be said of a report whose unit was merged or divided, or whose years are its predecessors'.
CREATE OR REPLACE VIEW store.rollup_finding AS
WITH answer AS MATERIALIZED (
    SELECT form, submission_id, unit_id, unit_name, relation, others FROM store.roll_up
    WHERE basis = 'counted' AND kind IN ('line', 'doubled') AND submission_id IS NOT NULL
), before AS (
    SELECT a.form, a.submission_id, max(u.valid_to) AS ended,
           string_agg(DISTINCT u.name, ', ' ORDER BY u.name) AS names
    FROM answer AS a
    JOIN store.unit_descent AS l ON l.later_id = a.unit_id AND l.later_id <> l.unit_id
    JOIN store.unit AS u ON u.unit_id = l.unit_id AND u.name <> a.unit_name
    WHERE a.relation <> 'doubled' GROUP BY a.form, a.submission_id
)
SELECT submission_id || '-' || relation AS finding_id, submission_id,
       CASE relation WHEN 'into' THEN 'PREDECESSOR_COUNTED' WHEN 'split' THEN 'UNIT_DIVIDED'
           WHEN 'over' THEN 'SUCCESSOR_UNDIVIDED' ELSE 'PREDECESSOR_DOUBLED' END AS code,
       unit_name AS found, others AS expected
FROM answer WHERE relation <> 'itself' AND NOT (relation = 'into' AND others = unit_name)
UNION ALL
SELECT b.submission_id || '-before', b.submission_id, 'PREDECESSOR_YEARS', strftime(b.ended, '%d/%m/%Y'), b.names
FROM before AS b
WHERE EXISTS (SELECT 1 FROM store.form_column AS c WHERE c.form = b.form AND c.column_end <= b.ended);
