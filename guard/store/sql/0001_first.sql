-- First schema. Times are microseconds since 1970 in UTC. Text of posts stands nowhere but in `sealed`, encrypted.

-- The audit log's leaves, in tree order: canonical JSON, never changed, never deleted.
CREATE TABLE leaves (
  idx   INTEGER PRIMARY KEY,
  event TEXT NOT NULL,
  entry BLOB NOT NULL
) STRICT;
CREATE INDEX leaves_event ON leaves (event);
CREATE TRIGGER leaves_are_final_u BEFORE UPDATE ON leaves BEGIN SELECT RAISE(ABORT, 'leaves are never changed'); END;
CREATE TRIGGER leaves_are_final_d BEFORE DELETE ON leaves BEGIN SELECT RAISE(ABORT, 'leaves are never deleted'); END;

-- One row: the tree's frontier (32-byte hashes, joined) and its newest signed checkpoint.
CREATE TABLE tree (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  size       INTEGER NOT NULL,
  frontier   BLOB NOT NULL,
  checkpoint TEXT
) STRICT;
INSERT INTO tree VALUES (1, 0, x'', NULL);

-- What can be erased about an entry: the salt of its commitment, and who.
CREATE TABLE records (
  event       TEXT PRIMARY KEY,
  salt        BLOB NOT NULL,
  author      TEXT NOT NULL,
  sealed      BLOB,
  wrapped_key BLOB,
  erase_after INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX records_due ON records (erase_after) WHERE erase_after IS NOT NULL;

CREATE TABLE cases (
  number        INTEGER PRIMARY KEY,
  event         TEXT NOT NULL,
  binding       BLOB NOT NULL,
  created       INTEGER NOT NULL,
  network       TEXT NOT NULL,
  operation     TEXT NOT NULL,
  author        TEXT NOT NULL,
  matches       TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'used', 'expired')),
  sealed        BLOB,
  wrapped_key   BLOB,
  approved      INTEGER,
  reviewer      TEXT,
  reviewed_at   INTEGER,
  reason        TEXT,
  form          TEXT,
  expires       INTEGER,
  erase_after   INTEGER
) STRICT;
CREATE INDEX cases_binding ON cases (binding, number);
CREATE INDEX cases_event ON cases (event);
CREATE INDEX cases_state ON cases (state, number);
CREATE INDEX cases_due ON cases (erase_after) WHERE sealed IS NOT NULL;

CREATE TABLE deliveries (
  id          TEXT PRIMARY KEY,
  binding     BLOB NOT NULL,
  network     TEXT NOT NULL,
  author      TEXT NOT NULL,
  created     INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'refused', 'in_doubt')),
  upstream_id TEXT,
  case_number INTEGER REFERENCES cases (number)
) STRICT, WITHOUT ROWID;
-- Small by nature: a row leaves it as soon as its send is settled.
CREATE INDEX deliveries_unfinished ON deliveries (binding) WHERE state IN ('sending', 'in_doubt');

-- Uploads that went through the gate: what a later post's media ids stand for.
CREATE TABLE media (
  network     TEXT NOT NULL,
  account     TEXT NOT NULL,
  upstream_id TEXT NOT NULL,
  digest      TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  size        INTEGER NOT NULL,
  inspected   INTEGER NOT NULL,
  PRIMARY KEY (network, account, upstream_id)
) STRICT, WITHOUT ROWID;

-- Who is behind a pseudonym of the log.
CREATE TABLE authors (
  pseudonym TEXT PRIMARY KEY,
  network   TEXT NOT NULL,
  account   TEXT NOT NULL,
  handle    TEXT NOT NULL,
  person    TEXT
) STRICT, WITHOUT ROWID;
