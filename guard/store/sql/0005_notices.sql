-- What people are told of posts, what authors ask about them. Times are microseconds since 1970 in UTC. Text of posts
-- stands nowhere but in `sealed`, encrypted; notices never hold any.

-- One row: the first entry of the log that nobody has looked at yet for what follows from it; notices are of those from `since` on.
CREATE TABLE followed (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  idx   INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT;
INSERT INTO followed SELECT 1, 0, size FROM tree;

-- Which entries are about a pseudonym (decisions that did something) or a question.
CREATE TABLE entries_about (
  subject TEXT NOT NULL,
  idx     INTEGER NOT NULL,
  PRIMARY KEY (subject, idx)
) STRICT, WITHOUT ROWID;

-- The outbox. `about` is JSON: numbers, names of rules, ids.
CREATE TABLE notices (
  id        TEXT PRIMARY KEY,
  kind      TEXT NOT NULL,
  channel   TEXT NOT NULL CHECK (channel IN ('mail', 'webhook')),
  recipient TEXT NOT NULL,
  about     TEXT NOT NULL,
  made      INTEGER NOT NULL,
  due       INTEGER NOT NULL,
  tries     INTEGER NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
  error     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_due ON notices (due) WHERE state = 'waiting';
CREATE INDEX notices_done ON notices (made) WHERE state <> 'waiting';

CREATE TABLE questions (
  id          TEXT PRIMARY KEY,
  principal   TEXT NOT NULL,
  person      TEXT NOT NULL,
  ask         TEXT NOT NULL,
  decision    TEXT,
  case_number INTEGER,
  rules       TEXT NOT NULL,
  created     INTEGER NOT NULL,
  sealed      BLOB,
  wrapped_key BLOB,
  answered    INTEGER,
  upheld      INTEGER,
  erase_after INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_open ON questions (id) WHERE answered IS NULL;
CREATE INDEX questions_of ON questions (principal, id);
CREATE INDEX questions_due ON questions (erase_after) WHERE sealed IS NOT NULL;
