-- When another provider last said that this is still who it was; microseconds since 1970 in UTC, NULL: when it was begun.
ALTER TABLE sessions ADD COLUMN vouched INTEGER;
