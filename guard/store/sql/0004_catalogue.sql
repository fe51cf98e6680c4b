-- A catalogue of the log, and requests that need two people. Times are microseconds since 1970 in UTC.
-- All of the catalogue is derived from the leaves: it can be dropped and made anew, and proves nothing by itself.

-- One row: how many leaves it covers.
CREATE TABLE catalogue_reach (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  reach INTEGER NOT NULL
) STRICT;
INSERT INTO catalogue_reach VALUES (1, 0);

CREATE TABLE catalogue (
  idx         INTEGER PRIMARY KEY,
  time        INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  action      TEXT,
  network     TEXT,
  author      TEXT,
  case_number INTEGER
) STRICT;
CREATE INDEX catalogue_case ON catalogue (case_number) WHERE case_number IS NOT NULL;
CREATE INDEX catalogue_author ON catalogue (author) WHERE author IS NOT NULL;
-- What is common is found at once by going back from the newest; what is rare needs its index.
CREATE INDEX catalogue_action ON catalogue (action) WHERE action IS NOT NULL AND action <> 'allow';
CREATE INDEX catalogue_kind ON catalogue (kind) WHERE kind NOT IN ('decision', 'delivery');
CREATE INDEX catalogue_network ON catalogue (network, idx) WHERE network IS NOT NULL;

CREATE TABLE catalogue_rules (
  rule TEXT NOT NULL,
  idx  INTEGER NOT NULL,
  PRIMARY KEY (rule, idx)
) STRICT, WITHOUT ROWID;

-- Between which leaves a day lies (days since 1970 in UTC).
CREATE TABLE catalogue_days (
  day   INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL
) STRICT;

-- What the plots show: so many of `what` that day, by two words.
CREATE TABLE daily (
  what   TEXT NOT NULL,
  day    INTEGER NOT NULL,
  a      TEXT NOT NULL,
  b      TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (what, day, a, b)
) STRICT, WITHOUT ROWID;

-- Roots of whole subtrees of 2^level leaves, for proofs that do not read the whole log.
CREATE TABLE subtrees (
  level  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  hash   BLOB NOT NULL,
  PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

-- What one person asks and another agrees to.
CREATE TABLE motions (
  number          INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  event           TEXT NOT NULL,
  subject         TEXT NOT NULL,
  reason          TEXT NOT NULL,
  state           TEXT NOT NULL,
  asked_by        TEXT NOT NULL,
  asked_person    TEXT NOT NULL,
  asked_name      TEXT NOT NULL,
  asked_at        INTEGER NOT NULL,
  answered_by     TEXT,
  answered_person TEXT,
  answered_name   TEXT,
  answered_at     INTEGER,
  answer          TEXT NOT NULL,
  until           INTEGER,
  sealed          BLOB,
  wrapped_key     BLOB
) STRICT;
CREATE INDEX motions_kind ON motions (kind, number);
