-- What stands out, and who has sent what, from reading, versions and rules together. Made after rules.sql.

-- What reading found, less what a person has settled since; what follows from the versions; and what rules say.
CREATE OR REPLACE VIEW main.findings AS
WITH told AS (
    SELECT f.finding_id, 'reading' AS origin, f.severity, f.code, f.message, p.submission_id, p.file_name, f.appendix,
           f.indicator, f.column_key, f.section, f.page, f.table_no, f.row_no, f.col_no, f.found, f.expected, k.advice
    FROM store.finding AS f
    JOIN store.part AS p ON p.file_id = f.file_id
    LEFT JOIN store.catalogue AS k ON k.code = f.code
    LEFT JOIN store.correction AS c
        ON c.submission_id = p.submission_id AND c.appendix = f.appendix AND c.indicator = f.indicator
        AND c.column_key = f.column_key
    WHERE c.decision_id IS NULL
    UNION ALL
    SELECT v.submission_id || '-version', 'loading', k.severity, k.code, k.text, v.submission_id, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, k.advice
    FROM store.submission_version AS v
    JOIN store.catalogue AS k ON k.code = 'VERSION_UNSURE'
    WHERE v.is_version_unsure
    UNION ALL
    SELECT finding_id, 'rule', severity, rule, message, submission_id, NULL, appendix, indicator, column_key, section, page,
           table_no, row_no, col_no, found, expected, advice
    FROM store.rule_finding
)
SELECT t.finding_id, t.origin, t.severity, t.code, t.message, t.submission_id, coalesce(t.file_name, s.file_name) AS file_name,
       s.unit_id, s.unit_name, s.form, s.period, t.appendix, t.indicator, t.column_key, t.section, t.page, t.table_no,
       t.row_no, t.col_no, t.found, t.expected, s.is_current, t.advice
FROM told AS t
JOIN store.submission_now AS s ON s.submission_id = t.submission_id
WHERE NOT (s.is_assigned AND t.code IN ('SENDER_UNKNOWN', 'SENDER_DISAGREES'));

CREATE OR REPLACE VIEW main.rules AS
SELECT form, rule, ordinal, kind, severity, text, advice FROM store.rule;

CREATE OR REPLACE VIEW main.claims AS
SELECT p.submission_id, c.ordinal, c.pattern, c.appendix, c.indicator, c.section, c.value, c.part, c.percent, c.before,
       c.change, c.bound, c.year_from, c.year_to, c.is_now, c.raw, c.sentence, c.page
FROM store.claim AS c
JOIN store.part AS p ON p.file_id = c.file_id;

-- The current report of each unit that is expected or has sent one.
CREATE OR REPLACE VIEW store.sender AS
WITH sent AS (
    SELECT * FROM store.submission_now WHERE is_settled AND is_current
), senders AS (
    SELECT form, period, unit_id, unit_code, unit_name FROM store.expected_unit
    UNION
    SELECT form, period, unit_id, unit_code, unit_name FROM sent
)
SELECT e.unit_id, e.unit_code, e.unit_name, e.form, e.period, s.submission_id, s.received_at, s.version,
       coalesce(s.status, 'not_submitted') AS status, CAST(s.received_at AS DATE) <= f.due_date AS on_time
FROM senders AS e
LEFT JOIN sent AS s ON s.form = e.form AND s.period = e.period AND s.unit_id = e.unit_id
LEFT JOIN store.office AS f ON f.form = e.form;

-- How much of each appendix of a report is filled. Rows that the commune added fill nothing that the form asks for.
CREATE OR REPLACE VIEW store.appendix_filled AS
WITH asked AS (
    SELECT i.form, i.appendix, i.indicator, c.column_key
    FROM store.indicator AS i
    JOIN store.form_column AS c ON c.form = i.form AND c.appendix = i.appendix
    WHERE i.kind <> 'heading' AND (i.required OR NOT i.open_rows)
)
SELECT o.submission_id, o.appendix, count(a.indicator) AS cells_expected,
       count(a.indicator) FILTER (WHERE o.status NOT IN ('blank', 'absent')) AS cells_filled,
       count(*) FILTER (WHERE o.status = 'flagged') AS doubtful
FROM store.observation_now AS o
LEFT JOIN asked AS a
    ON a.form = o.form AND a.appendix = o.appendix AND a.indicator = o.indicator AND a.column_key = o.column_key
WHERE o.is_current
GROUP BY o.submission_id, o.appendix;

-- Contradictions, each counted once: in the part whose sentence says it, else in the appendix.
CREATE OR REPLACE VIEW store.contradiction AS
WITH told AS (
    SELECT submission_id, CASE WHEN section IS NULL THEN 'appendix' ELSE 'part' END AS kind,
           CASE WHEN section IS NULL THEN CAST(appendix AS VARCHAR) ELSE split_part(section, '/', 1) END AS item
    FROM store.rule_finding WHERE severity <> 'info' AND kind <> 'unanswered'
)
SELECT submission_id, kind, item, count(*) AS findings FROM told GROUP BY submission_id, kind, item;

CREATE OR REPLACE VIEW main.completeness AS
WITH filled AS (
    SELECT submission_id, sum(cells_filled) AS cells_filled, sum(cells_expected) AS cells_expected,
           sum(doubtful) AS doubtful
    FROM store.appendix_filled GROUP BY submission_id
), contradictory AS (
    SELECT submission_id, sum(findings) AS findings FROM store.contradiction GROUP BY submission_id
)
SELECT e.unit_id, e.unit_code, e.unit_name, e.form, e.period, e.submission_id IS NOT NULL AS received, e.on_time,
       e.version, f.cells_filled / nullif(f.cells_expected, 0) AS share_filled,
       CASE WHEN e.submission_id IS NOT NULL THEN CAST(coalesce(f.doubtful, 0) AS BIGINT) END AS doubtful,
       CASE WHEN e.submission_id IS NOT NULL THEN CAST(coalesce(c.findings, 0) AS BIGINT) END AS contradictory,
       e.status, e.submission_id, e.received_at
FROM store.sender AS e
LEFT JOIN filled AS f ON f.submission_id = e.submission_id
LEFT JOIN contradictory AS c ON c.submission_id = e.submission_id;

-- The same for each part of the outline and each appendix of the form.
CREATE OR REPLACE VIEW main.completeness_parts AS
WITH leaf AS (
    SELECT s.form, s.section, split_part(s.section, '/', 1) AS part FROM store.form_section AS s
    WHERE NOT s.optional
      AND NOT EXISTS (SELECT 1 FROM store.form_section AS b WHERE b.form = s.form AND b.parent = s.section)
), written AS (
    SELECT m.submission_id, l.form, l.part, count(*) FILTER (WHERE m.status = 'matched') AS matched, count(*) AS wanted
    FROM main.sections AS m
    JOIN store.submission_now AS n ON n.submission_id = m.submission_id
    JOIN leaf AS l ON l.form = n.form AND l.section = m.section
    GROUP BY m.submission_id, l.form, l.part
), headed AS (
    SELECT submission_id, split_part(section, '/', 1) AS part FROM main.sections
    WHERE section IS NOT NULL AND status <> 'missing' GROUP BY submission_id, split_part(section, '/', 1)
), item AS (
    SELECT form, 'part' AS kind, section AS item, ordinal, title FROM store.form_section WHERE parent IS NULL
    UNION ALL
    SELECT form, 'appendix', CAST(appendix AS VARCHAR), 10000 + appendix, min(appendix_title) FROM store.form_column
    GROUP BY form, appendix
)
SELECT e.unit_id, e.unit_code, e.unit_name, e.form, e.period, i.kind, i.item, i.title,
       CASE WHEN e.submission_id IS NULL THEN 'not_submitted'
            WHEN i.kind = 'appendix' THEN coalesce(a.status, 'absent')
            WHEN w.matched > 0 THEN 'found'
            WHEN h.part IS NOT NULL THEN 'empty' ELSE 'absent' END AS status,
       CASE WHEN i.kind = 'part' THEN w.matched / nullif(w.wanted, 0)
            ELSE f.cells_filled / nullif(f.cells_expected, 0) END AS share_filled,
       CASE WHEN i.kind = 'appendix' AND e.submission_id IS NOT NULL THEN coalesce(f.doubtful, 0) END AS doubtful,
       CASE WHEN e.submission_id IS NOT NULL THEN coalesce(c.findings, 0) END AS contradictory, i.ordinal, e.submission_id
FROM store.sender AS e
JOIN item AS i ON i.form = e.form
LEFT JOIN main.appendices AS a
    ON i.kind = 'appendix' AND a.submission_id = e.submission_id AND CAST(a.appendix AS VARCHAR) = i.item
LEFT JOIN store.appendix_filled AS f
    ON i.kind = 'appendix' AND f.submission_id = e.submission_id AND CAST(f.appendix AS VARCHAR) = i.item
LEFT JOIN written AS w ON i.kind = 'part' AND w.submission_id = e.submission_id AND w.part = i.item
LEFT JOIN headed AS h ON i.kind = 'part' AND h.submission_id = e.submission_id AND h.part = i.item
LEFT JOIN store.contradiction AS c ON c.submission_id = e.submission_id AND c.kind = i.kind AND c.item = i.item;
