"""The tables of the manifest. ``docs/reference/case.md`` explains them to other tools."""

from __future__ import annotations

from typing import Final

TABLES: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE batches (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  committed_at TEXT NOT NULL
) STRICT;
CREATE TABLE sources (
  number INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  path TEXT NOT NULL,
  format TEXT NOT NULL,
  organisation TEXT NOT NULL,
  added_at TEXT NOT NULL,
  ranges INTEGER NOT NULL,
  closed INTEGER REFERENCES batches,
  forgotten INTEGER REFERENCES batches,
  reread INTEGER REFERENCES batches,
  UNIQUE (sha256, organisation)
) STRICT;
CREATE TABLE source_paths (
  source INTEGER NOT NULL REFERENCES sources, path TEXT NOT NULL, PRIMARY KEY (source, path)
) STRICT;
CREATE TABLE bookmarks (
  source INTEGER NOT NULL REFERENCES sources,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batches,
  PRIMARY KEY (source, start)
) STRICT;
CREATE TABLE tallies (
  source INTEGER NOT NULL REFERENCES sources,
  start INTEGER NOT NULL,
  batch INTEGER NOT NULL REFERENCES batches,
  tally TEXT NOT NULL
) STRICT;
CREATE TABLE forgotten (
  source INTEGER NOT NULL REFERENCES sources,
  kind TEXT NOT NULL,
  batch INTEGER NOT NULL REFERENCES batches,
  rows INTEGER NOT NULL,
  PRIMARY KEY (source, kind, batch)
) STRICT;
CREATE TABLE files (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  dataset TEXT NOT NULL,
  path TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  first INTEGER,
  last INTEGER,
  batch INTEGER NOT NULL REFERENCES batches,
  columns TEXT NOT NULL,
  retired INTEGER REFERENCES batches
) STRICT;
CREATE INDEX live_files ON files (kind, dataset) WHERE retired IS NULL;
CREATE TABLE spans (
  file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
  source INTEGER NOT NULL,
  host TEXT NOT NULL,
  channel TEXT NOT NULL,
  rows INTEGER NOT NULL,
  timeless INTEGER NOT NULL,
  first INTEGER,
  last INTEGER,
  PRIMARY KEY (file, source, host, channel)
) STRICT;
CREATE INDEX spans_of_host ON spans (host, channel);
CREATE TABLE words (
  file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
  row_group INTEGER NOT NULL,
  filter BLOB NOT NULL,
  PRIMARY KEY (file, row_group)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  number INTEGER PRIMARY KEY,
  finished_at TEXT NOT NULL,
  batch INTEGER NOT NULL REFERENCES batches,
  rules TEXT NOT NULL,
  summary TEXT NOT NULL
) STRICT;
CREATE TABLE findings (
  run INTEGER NOT NULL REFERENCES runs,
  place INTEGER NOT NULL,
  id TEXT NOT NULL,
  finding TEXT NOT NULL,
  PRIMARY KEY (run, place)
) STRICT;
"""
