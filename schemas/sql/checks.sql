-- What stands out, and who has sent what, from reading, versions and rules together. Made after rules.sql.

-- Cells that two files of one submission fill in differently, doubtful ones left out: `raw` is in the file that counts.
CREATE OR REPLACE VIEW store.copy_difference AS
SELECT p.submission_id, q.file_id AS other_id, q.file_name AS other_name, a.appendix, a.indicator, a.column_key,
       coalesce(a.raw, '(trống)') AS raw, coalesce(b.raw, '(trống)') AS other_raw, p.file_name, a.page, a.table_no,
       a.row_no, a.col_no
FROM store.left_out AS l
JOIN store.appendix AS x ON x.file_id = l.file_id AND x.appendix = l.appendix AND x.status = 'found'
JOIN store.part AS q ON q.file_id = l.file_id
JOIN store.part AS p ON p.submission_id = q.submission_id
JOIN store.observation AS a ON a.file_id = p.file_id AND a.appendix = l.appendix
JOIN store.observation AS b
    ON b.file_id = l.file_id AND b.appendix = a.appendix AND b.indicator = a.indicator AND b.column_key = a.column_key
LEFT JOIN store.correction AS c
    ON c.submission_id = p.submission_id AND c.appendix = a.appendix AND c.indicator = a.indicator
    AND c.column_key = a.column_key
WHERE NOT EXISTS (SELECT 1 FROM store.left_out AS o WHERE o.file_id = p.file_id AND o.appendix = l.appendix)
  AND c.decision_id IS NULL AND a.status <> 'flagged' AND b.status <> 'flagged'
  AND NOT (a.status IN ('blank', 'absent') AND b.status IN ('blank', 'absent'))
  AND (a.status <> b.status OR a.value IS DISTINCT FROM b.value
       OR regexp_replace(lower(coalesce(a.text, '')), '[^\p{L}\p{N}]+', '', 'g')
           <> regexp_replace(lower(coalesce(b.text, '')), '[^\p{L}\p{N}]+', '', 'g'));

-- The version before each: what a withdrawn one said is over.
CREATE OR REPLACE VIEW store.version_before AS
SELECT n.submission_id, n.is_current, b.submission_id AS before_id, b.file_name AS before_name,
       row_number() OVER (PARTITION BY n.submission_id ORDER BY b.version DESC) AS steps
FROM store.submission_now AS n
JOIN store.submission_now AS b
    ON b.unit_id = n.unit_id AND b.form = n.form AND b.period = n.period AND b.version < n.version AND b.is_live
WHERE n.is_live;

-- A person's correction of a cell of an earlier version that the version now used does not follow: proposed again, never
-- carried over. Of several, the last one made.
CREATE OR REPLACE VIEW store.correction_before AS
SELECT submission_id, before_name, appendix, indicator, column_key, value, text, status, raw, decided_by, decided_at, page,
       table_no, row_no, col_no
FROM (
    SELECT v.submission_id, v.before_name, c.appendix, c.indicator, c.column_key, d.value, d.text, o.status,
           CASE WHEN o.status = 'absent' THEN NULL ELSE o.raw END AS raw, d.decided_by, d.decided_at, o.page, o.table_no,
           o.row_no, o.col_no, o.value AS value_now, o.text AS text_now, own.decision_id AS own_id,
           row_number() OVER (
               PARTITION BY v.submission_id, c.appendix, c.indicator, c.column_key ORDER BY v.steps, c.seq DESC
           ) AS place
    FROM store.version_before AS v
    JOIN store.correction AS c ON c.submission_id = v.before_id
    JOIN store.decision AS d ON d.decision_id = c.decision_id
    LEFT JOIN store.observation_now AS o
        ON o.submission_id = v.submission_id AND o.appendix = c.appendix AND o.indicator = c.indicator
        AND o.column_key = c.column_key
    LEFT JOIN store.correction AS own
        ON own.submission_id = v.submission_id AND own.appendix = c.appendix AND own.indicator = c.indicator
        AND own.column_key = c.column_key
    WHERE v.is_current
) AS proposals
WHERE place = 1 AND own_id IS NULL AND (value_now IS DISTINCT FROM value OR text_now IS DISTINCT FROM text);

-- What follows from several files and versions of one report.
CREATE OR REPLACE VIEW store.joining_finding AS
SELECT v.submission_id || '-version' AS finding_id, 'VERSION_UNSURE' AS code, v.submission_id, NULL AS file_name,
       CAST(NULL AS INTEGER) AS appendix, NULL AS indicator, NULL AS column_key, NULL AS found, NULL AS expected,
       CAST(NULL AS INTEGER) AS page, CAST(NULL AS INTEGER) AS table_no, CAST(NULL AS INTEGER) AS row_no,
       CAST(NULL AS INTEGER) AS col_no
FROM store.submission_version AS v WHERE v.is_version_unsure
UNION ALL
SELECT file_id || '-' || role, CASE role WHEN 'part' THEN 'FILE_JOINED' ELSE 'SECOND_COPY' END, submission_id,
       file_name, NULL, NULL, NULL, file_name, NULL, NULL, NULL, NULL, NULL
FROM store.part WHERE role <> 'first'
UNION ALL
SELECT submission_id || '-' || judgement_before,
       CASE judgement_before WHEN 'accept' THEN 'ACCEPTED_BEFORE' ELSE 'RETURNED_BEFORE' END, submission_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM store.submission_settled WHERE judgement_before IS NOT NULL
UNION ALL
SELECT other_id || '-' || CAST(appendix AS VARCHAR) || '-' || indicator || '-' || column_key, 'SECOND_COPY_DIFFERS',
       submission_id, file_name, appendix, indicator, column_key, raw, other_raw, page, table_no, row_no, col_no
FROM store.copy_difference
UNION ALL
SELECT submission_id || '-again-' || CAST(appendix AS VARCHAR) || '-' || indicator || '-' || column_key,
       'CORRECTION_BEFORE', submission_id, NULL, appendix, indicator, column_key, coalesce(raw, '(trống)'),
       coalesce(text, replace(regexp_replace(CAST(value AS VARCHAR), '\.0$', ''), '.', ',')), page, table_no, row_no, col_no
FROM store.correction_before;

-- What reading found, less what a person has settled since and what another file of the submission makes good; what
-- follows from files and versions; and what rules say.
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
      AND (p.role = 'first' OR NOT starts_with(f.code, 'SENDER_'))
      AND NOT EXISTS (
          SELECT 1 FROM store.left_out AS l
          WHERE l.file_id = f.file_id AND l.appendix IS NOT DISTINCT FROM f.appendix
            AND (f.appendix IS NOT NULL OR l.section IS NOT DISTINCT FROM f.section)
      )
    UNION ALL
    SELECT j.finding_id, 'loading', k.severity, k.code,
           replace(replace(k.text, '{found}', coalesce(j.found, '')), '{expected}', coalesce(j.expected, '')),
           j.submission_id, j.file_name, j.appendix, j.indicator, j.column_key, NULL, j.page, j.table_no, j.row_no,
           j.col_no, j.found, j.expected, k.advice
    FROM store.joining_finding AS j
    JOIN store.catalogue AS k ON k.code = j.code
    UNION ALL
    SELECT r.finding_id, 'loading', k.severity, k.code,
           replace(replace(k.text, '{found}', coalesce(r.found, '')), '{expected}', coalesce(r.expected, '')),
           r.submission_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, r.found, r.expected, k.advice
    FROM store.rollup_finding AS r
    JOIN store.catalogue AS k ON k.code = r.code
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
FROM store.claim_now AS c
JOIN store.part AS p ON p.file_id = c.file_id;

-- The current report of each unit that is expected or has sent one.
CREATE OR REPLACE VIEW store.sender AS
WITH sent AS (
    SELECT * FROM store.submission_now WHERE is_settled AND is_current
), senders AS (
    SELECT form, period, unit_id, unit_code, unit_name FROM store.expected_sender
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
