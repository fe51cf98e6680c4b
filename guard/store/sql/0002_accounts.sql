-- People of the console. Times are microseconds since 1970 in UTC. Secrets stand here only hashed or sealed.

CREATE TABLE accounts (
  id        TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  folded    TEXT NOT NULL UNIQUE,
  created   INTEGER NOT NULL,
  provider  TEXT NOT NULL,
  subject   TEXT NOT NULL,
  person    TEXT NOT NULL,
  roles     TEXT NOT NULL,
  groups    TEXT NOT NULL,
  password  TEXT NOT NULL,
  one_time  INTEGER,
  totp      BLOB,
  totp_step INTEGER NOT NULL,
  recovery  TEXT NOT NULL,
  language  TEXT,
  theme     TEXT NOT NULL,
  shortcuts TEXT NOT NULL,
  disabled  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_subject ON accounts (provider, subject) WHERE subject <> '';

CREATE TABLE sessions (
  digest        TEXT PRIMARY KEY,
  account       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  stage         TEXT NOT NULL,
  csrf          TEXT NOT NULL,
  created       INTEGER NOT NULL,
  seen          INTEGER NOT NULL,
  second_factor INTEGER NOT NULL,
  via           TEXT NOT NULL,
  address       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_created ON sessions (created);

CREATE TABLE tokens (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  label   TEXT NOT NULL,
  digest  TEXT NOT NULL,
  scopes  TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  used    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_account ON tokens (account);
