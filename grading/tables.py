"""The tables of the record of marking, and the triggers that let it grow and not change."""

from __future__ import annotations

__all__ = ["SCHEMA", "VERSION"]

VERSION = 1
"""Layout of the tables; a later one needs a step that brings an older file up to it."""

_KEPT = ("attempt", "response", "item_version", "mark", "event")

_TABLES = """
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY, module TEXT NOT NULL, learner TEXT NOT NULL, number INTEGER NOT NULL,
    language TEXT NOT NULL, variant INTEGER NOT NULL, receipt TEXT NOT NULL, received TEXT NOT NULL,
    complete INTEGER NOT NULL, notes TEXT NOT NULL, UNIQUE (module, learner, number)
);
CREATE TABLE response (
    id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL REFERENCES attempt, item TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('recorded', 'executed')), answer TEXT NOT NULL, made TEXT NOT NULL
);
CREATE INDEX response_of ON response (attempt, origin, item);
CREATE TABLE item_version (
    id INTEGER PRIMARY KEY, module TEXT NOT NULL, item TEXT NOT NULL, version INTEGER NOT NULL,
    digest TEXT NOT NULL, head TEXT NOT NULL, made TEXT NOT NULL, UNIQUE (module, item, digest)
);
CREATE TABLE run (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, settings TEXT NOT NULL);
CREATE TABLE mark (
    id INTEGER PRIMARY KEY, attempt INTEGER NOT NULL REFERENCES attempt, item TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('auto', 'written', 'override')), marker TEXT NOT NULL,
    points REAL, out_of REAL NOT NULL, verdict TEXT NOT NULL, comments TEXT NOT NULL, parts TEXT NOT NULL,
    version INTEGER REFERENCES item_version, provisional INTEGER NOT NULL, mode TEXT NOT NULL,
    run INTEGER REFERENCES run, made TEXT NOT NULL, supersedes INTEGER UNIQUE REFERENCES mark
);
CREATE INDEX mark_of ON mark (attempt, item);
CREATE UNIQUE INDEX mark_first ON mark (attempt, item, kind, marker) WHERE supersedes IS NULL;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, what TEXT NOT NULL, attempt INTEGER REFERENCES attempt,
    run INTEGER REFERENCES run, detail TEXT NOT NULL
);
CREATE INDEX event_of ON event (attempt, what);
CREATE TABLE projection (
    module TEXT NOT NULL, learner TEXT NOT NULL, attempt INTEGER NOT NULL REFERENCES attempt,
    shown TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (module, learner)
);
"""
"""`mark_first` and `supersedes UNIQUE` make a chain of a marker's marks of an item: none can be doubled."""

_TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_{before} BEFORE {before} ON {table}
BEGIN SELECT RAISE(ABORT, 'a row of {table} is never changed or deleted'); END;
"""
    for table in _KEPT
    for before in ("UPDATE", "DELETE")
)

SCHEMA = _TABLES + _TRIGGERS
