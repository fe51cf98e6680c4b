-- The reviewers' queue. Times are microseconds since 1970 in UTC. Text of posts stands nowhere but in `sealed`, encrypted.

ALTER TABLE cases ADD COLUMN due INTEGER;
ALTER TABLE cases ADD COLUMN needs TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN approved_by TEXT NOT NULL DEFAULT '';
-- Cases from before had no promise: four hours, as the default is.
UPDATE cases SET due = created + 14400000000;
CREATE INDEX cases_waiting ON cases (due, number) WHERE state = 'open';
CREATE INDEX cases_reviewed ON cases (reviewed_at) WHERE approved IS NOT NULL;
CREATE INDEX cases_alike ON cases (matches, reviewed_at) WHERE approved IS NOT NULL;

CREATE TABLE claims (
  case_number INTEGER PRIMARY KEY REFERENCES cases (number),
  holder      TEXT NOT NULL,
  name        TEXT NOT NULL,
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL
) STRICT;
CREATE INDEX claims_holder ON claims (holder);

CREATE TABLE assignments (
  case_number INTEGER PRIMARY KEY REFERENCES cases (number),
  assignee    TEXT NOT NULL,
  name        TEXT NOT NULL,
  assigned_by TEXT NOT NULL
) STRICT;
CREATE INDEX assignments_assignee ON assignments (assignee);

-- Decisions that may still be undone: each leaves when it takes effect, in the transaction that records it.
CREATE TABLE verdicts (
  case_number INTEGER PRIMARY KEY REFERENCES cases (number),
  reviewer    TEXT NOT NULL,
  name        TEXT NOT NULL,
  groups      TEXT NOT NULL,
  approved    INTEGER NOT NULL,
  form        TEXT NOT NULL,
  reason      TEXT NOT NULL,
  made        INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  sealed      BLOB,
  wrapped_key BLOB,
  failed      TEXT NOT NULL,
  batch       TEXT NOT NULL
) STRICT;
CREATE INDEX verdicts_due ON verdicts (due) WHERE failed = '';
CREATE INDEX verdicts_reviewer ON verdicts (reviewer);

-- Which entries of the log are a case's, beside the one that held it: its timeline.
CREATE TABLE case_entries (
  case_number INTEGER NOT NULL,
  event       TEXT NOT NULL,
  PRIMARY KEY (case_number, event)
) STRICT, WITHOUT ROWID;
