-- The district's figures. Made after rollup.sql.

-- What each indicator gives over the communes, by the form's over_units. A mean without weights would be a mean of
-- ratios: median, smallest and largest are given instead. A cell that does not count is counted beside the figure: the
-- seven counts are of lines (of units expected); one of which several predecessors report counts as the weakest of them.
CREATE OR REPLACE VIEW store.figure AS
WITH roll_up AS MATERIALIZED (
    SELECT * FROM store.roll_up WHERE kind = 'line'
), level AS (
    SELECT DISTINCT r.basis, r.form, r.period, r.line_id, r.missing, r.accepted, u.parent
    FROM roll_up AS r JOIN store.unit AS u ON u.unit_id = r.line_id
), expected AS (
    SELECT basis, form, period, count(*) AS units, count(*) FILTER (WHERE missing = 0) AS whole,
           CASE WHEN count(DISTINCT parent) = 1 THEN max(parent) END AS level_unit_id, sum(accepted) AS accepted
    FROM level GROUP BY basis, form, period
), submitted AS (
    SELECT basis, submission_id, line_id, missing = 0 AS is_whole, reports FROM roll_up WHERE submission_id IS NOT NULL
), read AS (
    SELECT b.basis, o.form, o.period, o.appendix, o.indicator, o.column_key, o.submission_id, s.line_id, s.is_whole,
           s.reports, o.unit_name, o.status,
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
), lined AS (
    SELECT basis, form, period, appendix, indicator, column_key, line_id,
           CASE WHEN bool_or(status = 'flagged' AND NOT is_reporting) THEN 'flagged'
                WHEN bool_or(status = 'blank') THEN 'blank'
                WHEN bool_or(status = 'absent') OR count(*) < max(reports) THEN 'absent'
                WHEN bool_or(is_reporting) THEN 'reporting'
                WHEN bool_or(status = 'none') THEN 'none' ELSE 'not_applicable' END AS status,
           bool_or(is_reporting AND is_doubtful) AS is_doubtful
    FROM counted WHERE is_whole GROUP BY basis, form, period, appendix, indicator, column_key, line_id
), cells AS (
    SELECT basis, form, period, appendix, indicator, column_key,
           count(*) FILTER (WHERE status = 'reporting') AS reporting,
           count(*) FILTER (WHERE is_doubtful) AS doubtful,
           count(*) FILTER (WHERE status = 'none') AS none,
           count(*) FILTER (WHERE status = 'flagged') AS flagged,
           count(*) FILTER (WHERE status = 'blank') AS blank,
           count(*) FILTER (WHERE status = 'not_applicable') AS not_applicable
    FROM lined GROUP BY basis, form, period, appendix, indicator, column_key
), means AS (
    SELECT c.basis, c.form, c.period, c.appendix, c.indicator, c.column_key,
           sum(c.value * w.value) / nullif(sum(w.value), 0) AS mean, count(DISTINCT c.line_id) AS units
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
       e.whole - coalesce(c.reporting + c.none + c.flagged + c.blank + c.not_applicable, 0) AS absent,
       e.units - e.whole AS not_submitted, e.units AS expected,
       CASE WHEN w.aggregate = 'mean' THEN coalesce(m.units, 0) ELSE coalesce(c.reporting, 0) END AS rests_on,
       coalesce(c.doubtful, 0) AS doubtful, CAST(e.accepted AS BIGINT) AS accepted
FROM store.indicator AS i
JOIN wanted AS w ON w.form = i.form AND w.appendix = i.appendix AND w.indicator = i.indicator
JOIN store.form_column AS col ON col.form = i.form AND col.appendix = i.appendix
JOIN expected AS e ON e.form = i.form
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

-- The same sums, unit by unit: of each line, over the reports that stand in it.
CREATE OR REPLACE VIEW store.unit_figure AS
WITH roll_up AS MATERIALIZED (
    SELECT * FROM store.roll_up WHERE kind = 'line'
), known AS (
    SELECT r.basis, r.form, r.period, r.line_id, o.appendix, o.indicator, o.column_key,
           CASE WHEN o.status = 'flagged' AND b.with_flagged THEN o.value_read ELSE o.value END AS value
    FROM roll_up AS r
    JOIN store.basis AS b ON b.basis = r.basis
    JOIN store.observation_now AS o ON o.submission_id = r.submission_id
), cells AS (
    SELECT basis, form, period, line_id, appendix, indicator, column_key, sum(value) AS value, count(value) AS reports
    FROM known WHERE value IS NOT NULL GROUP BY basis, form, period, line_id, appendix, indicator, column_key
), line AS (
    SELECT DISTINCT basis, form, period, line_id, reports, missing, made_of, missing_names FROM roll_up
)
SELECT l.basis, l.form, l.period, l.line_id AS unit_id, u.code AS unit_code, u.name AS unit_name, i.appendix, i.indicator,
       col.column_key, i.ordinal, i.parent, i.label, c.value, coalesce(c.reports, 0) AS reporting, l.reports, l.missing,
       l.made_of, l.missing_names
FROM line AS l
JOIN store.unit AS u ON u.unit_id = l.line_id
JOIN store.indicator AS i ON i.form = l.form AND i.over_units = 'sum' AND i.kind <> 'heading'
JOIN store.form_column AS col ON col.form = i.form AND col.appendix = i.appendix
LEFT JOIN cells AS c
    ON c.basis = l.basis AND c.form = l.form AND c.period = l.period AND c.line_id = l.line_id
    AND c.appendix = i.appendix AND c.indicator = i.indicator AND c.column_key = col.column_key;

CREATE OR REPLACE VIEW main.consolidated_units AS
SELECT form, period, unit_id, unit_code, unit_name, appendix, indicator, column_key, ordinal, parent, label, value,
       reporting, reports, missing, made_of, missing_names
FROM store.unit_figure WHERE basis = 'counted';
