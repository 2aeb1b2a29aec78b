-- Rules as views: computed from the cells and claims of every current report whenever somebody asks, so never stale.
-- They only speak: no cell's status and no report's depends on them. Made after views.sql.

-- Indicators by their own name behind their parent's: 'Tổng số có mặt' alone says little.
CREATE OR REPLACE VIEW store.indicator_called AS
SELECT i.form, i.appendix, i.indicator, i.over_years, i.kind,
       CASE WHEN p.label IS NULL THEN i.label ELSE p.label || ' › ' || i.label END AS called
FROM store.indicator AS i
LEFT JOIN store.indicator AS p ON p.form = i.form AND p.appendix = i.appendix AND p.indicator = i.parent;

-- The cells that rules look at: the form's columns of current reports. `number` is what surely stands there, 'không có'
-- counted as nought; `number_read` also what a doubtful cell seems to say. `shown` is what the commune wrote.
CREATE OR REPLACE VIEW store.rule_cell AS
SELECT c.submission_id, c.form, c.period, c.appendix, c.indicator, c.parent, coalesce(i.called, c.source_label) AS label,
       c.ordinal, c.kind, c.column_key, f.ordinal AS column_no, f.label AS column_label, c.year, c.is_part_period,
       i.over_years, c.status, c.text,
       CASE WHEN c.status = 'flagged' THEN trim(coalesce(c.raw, '') || ' (?)')
            WHEN c.status = 'corrected' THEN coalesce(c.text, regexp_replace(CAST(c.value AS VARCHAR), '\.0$', ''))
            ELSE coalesce(c.raw, '(trống)') END AS shown,
       CASE WHEN c.status = 'none' AND c.kind IN ('count', 'percent', 'yes_no') THEN 0 ELSE c.value END AS number,
       CASE WHEN c.status = 'flagged' THEN c.value_read
            WHEN c.status = 'none' AND c.kind IN ('count', 'percent', 'yes_no') THEN 0 ELSE c.value END AS number_read,
       c.page, c.table_no, c.row_no, c.col_no, c.is_counted
FROM store.observation_now AS c
JOIN store.form_column AS f ON f.form = c.form AND f.appendix = c.appendix AND f.column_key = c.column_key
LEFT JOIN store.indicator_called AS i ON i.form = c.form AND i.appendix = c.appendix AND i.indicator = c.indicator
WHERE c.is_current;

-- One row a broken rule, report and subject: the hits of one rule in one row (or whole appendix) stand in one sentence.
CREATE OR REPLACE VIEW store.rule_finding AS
WITH cell AS (
    SELECT * FROM store.rule_cell
), report AS (
    SELECT submission_id, form FROM cell GROUP BY submission_id, form
), claim AS (
    SELECT n.submission_id, n.form, c.ordinal, c.pattern, c.appendix, c.indicator, c.section, c.value, c.part, c.percent,
           c.before, c.change, c.bound, c.year_from, c.year_to, c.is_now, c.raw, c.sentence, c.page, i.called AS label,
           i.over_years, i.kind
    FROM store.claim_now AS c
    JOIN store.part AS p ON p.file_id = c.file_id
    JOIN report AS n ON n.submission_id = p.submission_id
    LEFT JOIN store.indicator_called AS i
        ON i.form = n.form AND i.appendix = c.appendix AND i.indicator = c.indicator
),
-- equal, at_most, nothing_without, goal: two sums compared, column by column ('' where each side names its column)
term AS (
    SELECT t.form, t.rule, t.side, t.ordinal AS term, c.submission_id,
           CASE WHEN t.column_key IS NULL THEN c.column_key ELSE '' END AS spot,
           CASE WHEN t.column_key IS NULL THEN c.column_label || ': ' ELSE '' END AS column_name, c.appendix, c.indicator,
           c.label, c.column_no, c.number, c.text, c.shown, c.page, c.table_no, c.row_no, c.col_no
    FROM store.rule_term AS t
    JOIN cell AS c
        ON c.form = t.form AND c.appendix = t.appendix AND c.indicator = t.indicator
        AND (t.column_key IS NULL OR t.column_key = c.column_key)
), side AS (
    SELECT form, rule, side, submission_id, spot, sum(number) AS total, max(text) AS text,
           count(number) + count(text) AS known
    FROM term GROUP BY form, rule, side, submission_id, spot
), unequal AS (
    SELECT r.form, r.rule, r.kind, a.submission_id, a.spot
    FROM store.rule AS r
    JOIN side AS a ON a.form = r.form AND a.rule = r.rule AND a.side = 'left'
    JOIN side AS b
        ON b.form = r.form AND b.rule = r.rule AND b.side = 'right' AND b.submission_id = a.submission_id AND b.spot = a.spot
    WHERE a.known > 0 AND b.known > 0
      AND (r.is_blank_zero OR (a.known = r.left_terms AND b.known = r.right_terms))
      AND CASE r.kind WHEN 'at_most' THEN a.total > b.total + r.tolerance
                      WHEN 'equal' THEN abs(a.total - b.total) > r.tolerance
                      WHEN 'nothing_without' THEN b.total = 0 AND a.total > 0
                      WHEN 'goal' THEN a.text = r.word AND b.total < r.threshold
                      ELSE false END
), written_out AS (
    SELECT u.form, u.rule, u.kind, u.submission_id, u.spot, t.side, string_agg(t.shown, ' + ' ORDER BY t.term) AS shown
    FROM unequal AS u
    JOIN term AS t ON t.form = u.form AND t.rule = u.rule AND t.submission_id = u.submission_id AND t.spot = u.spot
    GROUP BY u.form, u.rule, u.kind, u.submission_id, u.spot, t.side
), compared AS (
    SELECT a.form, a.rule, a.submission_id, '' AS subject, t.appendix, t.indicator, t.label, nullif(a.spot, '') AS column_key,
           t.column_no, t.column_name || a.shown || ' so với ' || b.shown AS said, t.column_name || a.shown AS found,
           t.column_name || CASE WHEN a.kind = 'at_most' THEN 'không quá ' ELSE '' END || b.shown AS expected,
           t.page, t.table_no, t.row_no, t.col_no
    FROM written_out AS a
    JOIN written_out AS b
        ON b.form = a.form AND b.rule = a.rule AND b.submission_id = a.submission_id AND b.spot = a.spot AND b.side = 'right'
    JOIN term AS t
        ON t.form = a.form AND t.rule = a.rule AND t.submission_id = a.submission_id AND t.spot = a.spot AND t.side = 'left'
        AND t.term = 1
    WHERE a.side = 'left'
),
-- parts: a total against its kinds and the rows that the commune added under them. A kind that equals the rows under it
-- in every column is their subtotal, else it is one part more. What a doubtful part seems to say counts here.
listed AS (
    SELECT t.form, t.rule, c.submission_id, c.column_key, c.indicator = t.indicator AS is_own,
           sum(c.number_read) AS total, count(c.number_read) AS known,
           count(*) FILTER (WHERE c.status = 'flagged' AND c.number_read IS NULL) AS unread,
           string_agg(c.shown, ' + ' ORDER BY c.ordinal) FILTER (WHERE c.number_read IS NOT NULL) AS shown
    FROM store.rule AS r
    JOIN store.rule_term AS t ON t.form = r.form AND t.rule = r.rule AND t.side = 'right'
    JOIN cell AS c
        ON c.form = t.form AND c.appendix = t.appendix
        AND (c.indicator = t.indicator OR (c.parent = t.indicator AND starts_with(c.indicator, 'extra-')))
    WHERE r.kind = 'parts'
    GROUP BY t.form, t.rule, c.submission_id, c.column_key, c.indicator = t.indicator
), subtotal AS (
    SELECT k.form, k.rule, k.submission_id, bool_and(k.total = x.total) AND max(k.total) > 0 AS is_subtotal
    FROM listed AS k
    JOIN listed AS x
        ON x.form = k.form AND x.rule = k.rule AND x.submission_id = k.submission_id AND x.column_key = k.column_key
        AND NOT x.is_own
    WHERE k.is_own AND k.known > 0 AND x.known > 0
    GROUP BY k.form, k.rule, k.submission_id
), parts AS (
    SELECT l.form, l.rule, l.submission_id, l.column_key, sum(l.total) AS total,
           string_agg(l.shown, ' + ' ORDER BY l.is_own DESC) AS shown
    FROM listed AS l
    LEFT JOIN subtotal AS s ON s.form = l.form AND s.rule = l.rule AND s.submission_id = l.submission_id
    WHERE NOT (l.is_own AND coalesce(s.is_subtotal, false))
    GROUP BY l.form, l.rule, l.submission_id, l.column_key
    HAVING sum(l.known) > 0 AND sum(l.unread) = 0
), split AS (
    SELECT t.form, t.rule, t.submission_id, '' AS subject, t.appendix, t.indicator, t.label, t.spot AS column_key, t.column_no,
           t.column_name || 'tổng ' || t.shown || ', cộng các dòng ' || p.shown AS said, t.column_name || t.shown AS found,
           t.column_name || p.shown AS expected, t.page, t.table_no, t.row_no, t.col_no
    FROM store.rule AS r
    JOIN term AS t ON t.form = r.form AND t.rule = r.rule AND t.side = 'left'
    JOIN parts AS p
        ON p.form = r.form AND p.rule = r.rule AND p.submission_id = t.submission_id AND p.column_key = t.spot
    WHERE r.kind = 'parts' AND abs(t.number - p.total) > r.tolerance
),
-- range: what no percentage can be
beyond AS (
    SELECT r.form, r.rule, c.submission_id, c.appendix || '/' || c.indicator AS subject, c.appendix, c.indicator, c.label,
           c.column_key, c.column_no, c.column_label || ': ' || c.shown AS said, c.column_label || ': ' || c.shown AS found,
           CAST(NULL AS VARCHAR) AS expected, c.page, c.table_no, c.row_no, c.col_no
    FROM store.rule AS r
    JOIN cell AS c ON c.form = r.form AND c.kind = r.cell_kind AND (c.number < r.low OR c.number > r.high)
    WHERE r.kind = 'range'
),
-- jump: the greatest or smallest full year, far from all others. Counts are compared by their logarithms, and a count
-- varies by its square root by chance alone (1/n of the logarithm). Noughts are starts and ends of something, not slips;
-- the first year may be low for the same reason.
yearly AS (
    SELECT submission_id, form, appendix, indicator, label, kind, column_key, column_no, column_label, number, shown, page,
           table_no, row_no, col_no, CASE WHEN kind = 'count' THEN ln(number) ELSE number END AS x
    FROM cell
    WHERE number > 0 AND year IS NOT NULL AND NOT is_part_period AND kind IN ('count', 'percent') AND over_years IS NOT NULL
), reach AS (
    SELECT submission_id, appendix, indicator, min(x) AS low, max(x) AS high, min(column_no) AS first_no
    FROM yearly GROUP BY submission_id, appendix, indicator
), peak AS (
    SELECT r.form, r.rule, r.threshold, r.floor, r.least, y.submission_id, y.appendix, y.indicator, y.label, y.kind,
           y.column_key, y.column_no, y.column_label, y.x, y.shown, y.page, y.table_no, y.row_no, y.col_no,
           CASE WHEN y.kind = 'count' THEN 1 / y.number ELSE 0 END AS chance
    FROM store.rule AS r
    JOIN yearly AS y ON y.form = r.form AND y.kind = r.cell_kind
    JOIN reach AS h ON h.submission_id = y.submission_id AND h.appendix = y.appendix AND h.indicator = y.indicator
    WHERE r.kind = 'jump' AND h.high - h.low > r.threshold * r.floor
      AND (y.x = h.high OR (y.x = h.low AND y.column_no > h.first_no))
), others AS (
    SELECT p.rule, p.submission_id, p.appendix, p.indicator, p.column_key, median(y.x) AS middle, count(*) AS years,
           arg_min(y.shown, y.number) AS least, arg_max(y.shown, y.number) AS most
    FROM peak AS p
    JOIN yearly AS y
        ON y.submission_id = p.submission_id AND y.appendix = p.appendix AND y.indicator = p.indicator
        AND y.column_key <> p.column_key
    GROUP BY p.rule, p.submission_id, p.appendix, p.indicator, p.column_key
), usual AS (
    SELECT o.rule, o.submission_id, o.appendix, o.indicator, o.column_key, o.middle, o.years, o.least, o.most,
           1.4826 * median(abs(y.x - o.middle)) AS spread
    FROM others AS o
    JOIN yearly AS y
        ON y.submission_id = o.submission_id AND y.appendix = o.appendix AND y.indicator = o.indicator
        AND y.column_key <> o.column_key
    GROUP BY o.rule, o.submission_id, o.appendix, o.indicator, o.column_key, o.middle, o.years, o.least, o.most
), jumped AS (
    SELECT p.form, p.rule, p.submission_id, p.appendix || '/' || p.indicator AS subject, p.appendix, p.indicator, p.label,
           p.column_key, p.column_no,
           p.column_label || ': ' || p.shown || ', các năm khác từ ' || u.least || ' đến ' || u.most AS said,
           p.column_label || ': ' || p.shown AS found, CAST(NULL AS VARCHAR) AS expected, p.page, p.table_no, p.row_no,
           p.col_no
    FROM peak AS p
    JOIN usual AS u
        ON u.rule = p.rule AND u.submission_id = p.submission_id AND u.appendix = p.appendix
        AND u.indicator = p.indicator AND u.column_key = p.column_key
    WHERE u.years >= p.least
      AND abs(p.x - u.middle) > p.threshold * sqrt(greatest(u.spread, p.floor) ** 2 + p.chance
              + CASE WHEN p.kind = 'count' THEN exp(-u.middle) ELSE 0 END)
),
-- part_year: a flow that in part of a year is above every full year, as far as all full years can be read
fullest AS (
    SELECT submission_id, appendix, indicator, max(number_read) AS number, arg_max(shown, number_read) AS most,
           count(number_read) AS years
    FROM cell WHERE year IS NOT NULL AND NOT is_part_period GROUP BY submission_id, appendix, indicator
    HAVING count(*) FILTER (WHERE status = 'flagged' AND number_read IS NULL) = 0
), early AS (
    SELECT r.form, r.rule, c.submission_id, c.appendix || '/' || c.indicator AS subject, c.appendix, c.indicator, c.label,
           c.column_key, c.column_no,
           c.column_label || ': ' || c.shown || ', năm nhiều nhất: ' || f.most AS said,
           c.column_label || ': ' || c.shown AS found, CAST(NULL AS VARCHAR) AS expected, c.page, c.table_no, c.row_no,
           c.col_no
    FROM store.rule AS r
    JOIN cell AS c ON c.form = r.form AND c.is_part_period AND c.over_years = 'sum' AND c.kind = 'count'
    JOIN fullest AS f ON f.submission_id = c.submission_id AND f.appendix = c.appendix AND f.indicator = c.indicator
    WHERE r.kind = 'part_year' AND f.years >= 2 AND c.number > f.number AND c.number >= r.least
),
-- outlier: far from what the other communes report
peer AS (
    SELECT r.rule, r.threshold, r.floor, r.least, c.*,
           CASE WHEN c.kind = 'count' THEN ln(c.number) ELSE c.number END AS x
    FROM store.rule AS r
    JOIN cell AS c ON c.form = r.form AND c.kind = r.cell_kind
    WHERE r.kind = 'outlier' AND c.is_counted AND c.number > 0 AND c.over_years IS NOT NULL
), middle AS (
    SELECT rule, form, period, appendix, indicator, column_key, median(x) AS middle FROM peer
    GROUP BY rule, form, period, appendix, indicator, column_key HAVING count(*) >= max(least)
), common AS (
    SELECT m.rule, m.form, m.period, m.appendix, m.indicator, m.column_key, m.middle,
           1.4826 * median(abs(p.x - m.middle)) AS spread
    FROM middle AS m
    JOIN peer AS p
        ON p.rule = m.rule AND p.form = m.form AND p.period = m.period AND p.appendix = m.appendix
        AND p.indicator = m.indicator AND p.column_key = m.column_key
    GROUP BY m.rule, m.form, m.period, m.appendix, m.indicator, m.column_key, m.middle
), apart AS (
    SELECT p.form, p.rule, p.submission_id, p.appendix || '/' || p.indicator AS subject, p.appendix, p.indicator, p.label,
           p.column_key, p.column_no,
           p.column_label || ': ' || p.shown || ', các đơn vị khác khoảng '
               || replace(format('{:,}', CAST(CASE WHEN p.kind = 'count' THEN exp(m.middle) ELSE m.middle END AS BIGINT)), ',', '.')
               AS said,
           p.column_label || ': ' || p.shown AS found, CAST(NULL AS VARCHAR) AS expected, p.page, p.table_no, p.row_no,
           p.col_no
    FROM peer AS p
    JOIN common AS m
        ON m.rule = p.rule AND m.form = p.form AND m.period = p.period AND m.appendix = p.appendix
        AND m.indicator = p.indicator AND m.column_key = p.column_key
    WHERE abs(p.x - m.middle) > p.threshold * sqrt(greatest(m.spread, p.floor) ** 2
              + CASE WHEN p.kind = 'count' THEN 1 / p.number + exp(-m.middle) ELSE 0 END)
),
-- word: a word that the column's heading does not offer; unanswered: choices left blank beside others that are made
worded AS (
    SELECT r.form, r.rule, c.submission_id, CAST(c.appendix AS VARCHAR) AS subject, c.appendix, c.indicator, c.label,
           c.column_key, c.ordinal AS column_no, c.indicator AS said, c.text AS found, c.column_label AS expected, c.page,
           c.table_no, c.row_no, c.col_no
    FROM store.rule AS r
    JOIN cell AS c ON c.form = r.form AND c.text = r.word AND strpos(lower(c.column_label), lower(r.word)) = 0
    WHERE r.kind = 'word'
), answered AS (
    SELECT submission_id, appendix, kind, column_key FROM cell
    WHERE text IS NOT NULL AND kind = 'choice' GROUP BY submission_id, appendix, kind, column_key
), open AS (
    SELECT r.form, r.rule, c.submission_id, CAST(c.appendix AS VARCHAR) AS subject, c.appendix, c.indicator, c.label,
           c.column_key, c.ordinal AS column_no, c.indicator AS said, CAST(NULL AS VARCHAR) AS found,
           CAST(c.appendix AS VARCHAR) AS expected, c.page, c.table_no, c.row_no, c.col_no
    FROM store.rule AS r
    JOIN cell AS c ON c.form = r.form AND c.kind = r.cell_kind AND c.status = 'blank'
    JOIN answered AS a ON a.submission_id = c.submission_id AND a.appendix = c.appendix AND a.column_key = c.column_key
    WHERE r.kind = 'unanswered'
), on_cells AS (
    SELECT * FROM compared UNION ALL SELECT * FROM split UNION ALL SELECT * FROM beyond UNION ALL SELECT * FROM jumped
    UNION ALL SELECT * FROM early UNION ALL SELECT * FROM apart UNION ALL SELECT * FROM worded
    UNION ALL SELECT * FROM open
), told AS (
    SELECT form, rule, submission_id, subject, min(appendix) AS appendix,
           CASE WHEN count(DISTINCT indicator) = 1 THEN min(indicator) END AS indicator,
           CASE WHEN count(*) = 1 THEN min(column_key) END AS column_key, CAST(NULL AS VARCHAR) AS section,
           min(page) AS page, min(table_no) AS table_no,
           CASE WHEN count(DISTINCT indicator) = 1 THEN min(row_no) END AS row_no,
           CASE WHEN count(*) = 1 THEN min(col_no) END AS col_no, min(label) AS label,
           string_agg(said, '; ' ORDER BY column_no) AS cells, CAST(NULL AS VARCHAR) AS sentence,
           CASE WHEN min(found) = max(found) THEN min(found)
                ELSE string_agg(found, '; ' ORDER BY column_no) END AS found,
           CASE WHEN min(expected) = max(expected) THEN min(expected)
                ELSE string_agg(expected, '; ' ORDER BY column_no) END AS expected
    FROM on_cells GROUP BY form, rule, submission_id, subject
),
-- claim_cell: a claim of a year against that year's cell; a level claimed for now (or for no time) against the last cell
-- and the last full year's, either may be meant; a flow over years is never less than the cells of these years
dated AS (
    SELECT k.*, k.over_years = 'last' AND k.year_to IS NULL AS is_level_now FROM claim AS k
    WHERE k.indicator IS NOT NULL AND k.bound <> 'about'
), latest AS (
    SELECT submission_id, appendix, indicator, max(column_no) AS last_no,
           max(column_no) FILTER (WHERE NOT is_part_period) AS full_no
    FROM cell WHERE number IS NOT NULL AND over_years = 'last' AND year IS NOT NULL
    GROUP BY submission_id, appendix, indicator
), facing AS (
    SELECT k.submission_id, k.ordinal, c.column_no, c.number, c.column_label || ': ' || c.shown AS shown, c.page,
           c.table_no, c.row_no, c.col_no, c.column_key
    FROM dated AS k
    JOIN cell AS c
        ON c.submission_id = k.submission_id AND c.appendix = k.appendix AND c.indicator = k.indicator
        AND c.year = k.year_from AND k.year_to = k.year_from AND (NOT c.is_part_period OR k.over_years = 'last')
    WHERE NOT k.is_level_now AND c.number IS NOT NULL
    UNION ALL
    SELECT k.submission_id, k.ordinal, c.column_no, c.number, c.column_label || ': ' || c.shown, c.page, c.table_no,
           c.row_no, c.col_no, c.column_key
    FROM dated AS k
    JOIN latest AS l ON l.submission_id = k.submission_id AND l.appendix = k.appendix AND l.indicator = k.indicator
    JOIN cell AS c
        ON c.submission_id = k.submission_id AND c.appendix = k.appendix AND c.indicator = k.indicator
        AND c.column_no IN (l.last_no, l.full_no)
    WHERE k.is_level_now AND c.number IS NOT NULL
), faced AS (
    SELECT k.form, r.rule, k.submission_id, k.ordinal, k.value, arg_max(f.shown, f.column_no) AS shown,
           arg_max(f.column_key, f.column_no) AS column_key, max(f.table_no) AS table_no, max(f.row_no) AS row_no,
           arg_max(f.col_no, f.column_no) AS col_no
    FROM store.rule AS r
    JOIN dated AS k ON k.form = r.form
    JOIN facing AS f ON f.submission_id = k.submission_id AND f.ordinal = k.ordinal
    WHERE r.kind = 'claim_cell'
    GROUP BY k.form, r.rule, k.submission_id, k.ordinal, k.value
    HAVING NOT bool_or(CASE WHEN k.bound = 'at_least' THEN f.number >= k.value
        ELSE abs(f.number - k.value) <= CASE WHEN k.kind = 'percent' THEN r.tolerance ELSE 0 END END)
), summed AS (
    SELECT k.form, r.rule, k.submission_id, k.ordinal, k.value,
           replace(format('{:,}', CAST(sum(c.number) AS BIGINT)), ',', '.') || ' (' || string_agg(c.shown, ' + ' ORDER BY c.column_no) || ')' AS shown,
           CAST(NULL AS VARCHAR) AS column_key, max(c.table_no) AS table_no, max(c.row_no) AS row_no,
           CAST(NULL AS INTEGER) AS col_no
    FROM store.rule AS r
    JOIN dated AS k ON k.form = r.form
    JOIN cell AS c
        ON c.submission_id = k.submission_id AND c.appendix = k.appendix AND c.indicator = k.indicator
        AND c.year BETWEEN k.year_from AND coalesce(k.year_to, 9999)
    WHERE r.kind = 'claim_cell' AND k.over_years = 'sum' AND k.kind = 'count' AND k.year_to IS DISTINCT FROM k.year_from
      AND k.bound = 'exact' AND c.number IS NOT NULL
    GROUP BY k.form, r.rule, k.submission_id, k.ordinal, k.value, k.year_from, k.year_to
    HAVING sum(c.number) > k.value
        OR (count(*) FILTER (WHERE NOT c.is_part_period) = k.year_to - k.year_from + 1 AND sum(c.number) <> k.value)
), against AS (
    SELECT * FROM faced UNION ALL SELECT * FROM summed
),
-- claim_change, claim_share: a sentence that does not agree with itself
computed AS (
    SELECT k.form, r.rule, k.submission_id, k.ordinal, replace(format('{:,}', CAST(k.change AS BIGINT)), ',', '.') AS found,
           replace(format('{:,}', CAST(abs(k.before - k.value) AS BIGINT)), ',', '.') AS expected
    FROM store.rule AS r
    JOIN claim AS k ON k.form = r.form
    WHERE r.kind = 'claim_change' AND abs(abs(k.before - k.value) - k.change) > r.tolerance
    UNION ALL
    SELECT k.form, r.rule, k.submission_id, k.ordinal,
           k.raw || coalesce(' và ' || replace(rtrim(rtrim(CAST(round(k.percent, 1) AS VARCHAR), '0'), '.'), '.', ',') || '%', ''), 
           replace(rtrim(rtrim(CAST(round(100 * k.part / k.value, 1) AS VARCHAR), '0'), '.'), '.', ',') || '%'
    FROM store.rule AS r
    JOIN claim AS k ON k.form = r.form
    WHERE r.kind = 'claim_share' AND k.value > 0
      AND (k.part > k.value OR abs(100 * k.part / k.value - k.percent) > r.tolerance)
),
-- claims_differ: one level, several figures for now
stated AS (
    SELECT *, row_number() OVER (
               PARTITION BY submission_id, appendix, indicator, value ORDER BY NOT is_now, length(sentence), ordinal
           ) AS clearest
    FROM dated WHERE is_level_now AND bound = 'exact'
), spoken AS (
    SELECT a.form, a.rule, a.submission_id, k.pattern || ' ' || CAST(a.value AS VARCHAR) AS subject, k.appendix, k.indicator,
           a.column_key, k.section, k.page, a.table_no, a.row_no, a.col_no, k.label, k.raw AS cells, k.sentence,
           k.raw AS found, a.shown AS expected, k.ordinal
    FROM against AS a JOIN dated AS k ON k.submission_id = a.submission_id AND k.ordinal = a.ordinal
    UNION ALL
    SELECT m.form, m.rule, m.submission_id, CAST(m.ordinal AS VARCHAR), k.appendix, k.indicator, NULL, k.section, k.page,
           NULL, NULL, NULL, k.label, k.raw, k.sentence, m.found, m.expected, k.ordinal
    FROM computed AS m JOIN claim AS k ON k.submission_id = m.submission_id AND k.ordinal = m.ordinal
    UNION ALL
    SELECT s.form, r.rule, s.submission_id, s.appendix || '/' || s.indicator, s.appendix, s.indicator, NULL,
           arg_min(s.section, s.ordinal), min(s.page), NULL, NULL, NULL, min(s.label),
           string_agg(s.raw || ' («' || s.sentence || '»)', '; ' ORDER BY s.ordinal), NULL,
           string_agg(s.raw, '; ' ORDER BY s.ordinal), NULL, min(s.ordinal)
    FROM stated AS s
    JOIN store.rule AS r ON r.form = s.form AND r.kind = 'claims_differ'
    WHERE s.clearest = 1
    GROUP BY s.form, r.rule, s.submission_id, s.appendix, s.indicator
    HAVING count(*) > 1
), said_once AS (
    SELECT *, row_number() OVER (PARTITION BY rule, submission_id, subject ORDER BY ordinal) AS repeated FROM spoken
), hits AS (
    SELECT form, rule, submission_id, subject, appendix, indicator, column_key, section, page, table_no, row_no, col_no,
           label, cells, sentence, found, expected FROM told
    UNION ALL
    SELECT form, rule, submission_id, subject, appendix, indicator, column_key, section, page, table_no, row_no, col_no,
           label, cells, sentence, found, expected FROM said_once WHERE repeated = 1
)
SELECT trim(h.submission_id || '-' || lower(h.rule) || ' ' || h.subject) AS finding_id, h.form, h.rule, r.kind, r.severity,
       replace(replace(replace(replace(replace(r.text, '{cells}', coalesce(h.cells, '')), '{label}', coalesce(h.label, '')),
           '{found}', coalesce(h.found, '')), '{expected}', coalesce(h.expected, '')), '{sentence}', coalesce(h.sentence, ''))
           AS message,
       r.advice, h.submission_id, h.appendix, h.indicator, h.column_key, h.section, h.page, h.table_no, h.row_no, h.col_no,
       h.found, h.expected
FROM hits AS h
JOIN store.rule AS r ON r.form = h.form AND r.rule = h.rule;
