-- A submission has one or more files. What each file says of itself stays in store.submission (its submission_id is the
-- file's own id there); to which submission it belongs is decided when it comes in, and again when people decide:
-- role 'first' (the submission bears its id), 'part' (adds what was lacking), 'copy' (the same document once more).
-- arrived and joined count on with store.decision.seq: one order of all that came in or was decided, whatever the clock
-- said. is_change: what was decided about the submission before it joined was decided about another content.
CREATE TABLE store.membership (
    file_id VARCHAR, submission_id VARCHAR, role VARCHAR, arrived BIGINT, joined BIGINT, is_change BOOLEAN
);
INSERT INTO store.membership
SELECT file_id, file_id, 'first', n, n, false
FROM (
    SELECT file_id, row_number() OVER (ORDER BY received_at, sha256) AS n FROM store.file WHERE outcome = 'loaded'
) AS arrivals;
UPDATE store.decision SET seq = seq + (SELECT count(*) FROM store.membership);

-- What is not taken of a file, for another file of its submission has it or reads it better: an appendix, a section, or
-- (both NULL) whatever else it says. Written with the memberships; most submissions have one file and no row here.
CREATE TABLE store.left_out (file_id VARCHAR, appendix INTEGER, section VARCHAR);
