-- Who said of an account, by its pseudonym, that it is not theirs: asked once of reviewers whom authors.toml does not tell apart from it.
CREATE TABLE not_own (
  reviewer TEXT NOT NULL,
  author   TEXT NOT NULL,
  PRIMARY KEY (reviewer, author)
) STRICT, WITHOUT ROWID;
