"""The SRI's register on disk: documents, verdicts and every request (sqlite, WAL)."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .comprobante import Comprobante
from .messages import Message, message

IN_PROCESS = "EN PROCESO"
AUTHORISED = "AUTORIZADO"
NOT_AUTHORISED = "NO AUTORIZADO"
SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    access_key TEXT NOT NULL,
    ruc TEXT NOT NULL,
    doc_type TEXT NOT NULL,
    series TEXT NOT NULL,
    sequential TEXT NOT NULL,
    xml BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    verdict TEXT NOT NULL,
    messages TEXT NOT NULL,
    received_at REAL NOT NULL,
    ready_at REAL NOT NULL,
    pending_queries INTEGER NOT NULL DEFAULT 0,
    origin TEXT NOT NULL,
    annulment TEXT
);
CREATE INDEX IF NOT EXISTS document_key ON document (environment, access_key);
CREATE INDEX IF NOT EXISTS document_number
    ON document (environment, ruc, doc_type, series, sequential);
-- The last line of defence: one number is never authorised twice.
CREATE UNIQUE INDEX IF NOT EXISTS document_authorised_number
    ON document (environment, ruc, doc_type, series, sequential)
    WHERE verdict = 'AUTORIZADO';
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY,
    received_at REAL NOT NULL,
    answered_at REAL,
    environment TEXT NOT NULL,
    service TEXT NOT NULL,
    operation TEXT NOT NULL,
    access_key TEXT NOT NULL,
    sha256 TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '',
    codes TEXT NOT NULL DEFAULT '',
    faults TEXT NOT NULL DEFAULT '',
    http_status INTEGER
);
CREATE INDEX IF NOT EXISTS request_key ON request (access_key);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


# Everything but the XML: lists of ten thousand documents stay small.
SUMMARY = (
    "id, environment, access_key, ruc, doc_type, series, sequential, sha256, verdict,"
    " messages, received_at, ready_at, pending_queries, origin, annulment"
)


class StoreUnusable(Exception):
    """The state folder cannot be used; says why and what to do."""


@dataclass(frozen=True)
class Registered:
    """One document as the register keeps it; an earlier refusal is one too."""

    id: int
    access_key: str
    doc_type: str
    ruc: str
    number: str
    xml: bytes
    state: str
    messages: list[Message]
    received_at: float
    ready_at: float
    origin: str
    annulment: str | None


class Store:
    """One connection behind one lock: every public method is one transaction."""

    def __init__(self, folder: str | Path):
        self.path = Path(folder) / "sri.sqlite3"
        self._lock = threading.RLock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self.path, check_same_thread=False, isolation_level=None, timeout=30
            )
            self._db.row_factory = sqlite3.Row
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise StoreUnusable(
                f"The state folder {folder} cannot be used ({error}): "
                "name another one with --state or delete it"
            ) from error

    def _prepare(self) -> None:
        # Enough to survive a kill -9; only a power cut would lose the last writes.
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("PRAGMA journal_mode = WAL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise sqlite3.DatabaseError(f"it has version {version} of the register")
        self._db.executescript(f"BEGIN;{SCHEMA}COMMIT;")
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self):
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # === DOCUMENTS === #

    def refusal(
        self, comprobante: Comprobante, environment: str, now: float
    ) -> Message | None:
        """Say why a key or number cannot be registered now: 70, 43, 45 or not at all.

        A document that was NOT authorised gives both its key and its number free:
        the SRI takes it again once corrected (SPEC §6.1).
        """
        with self._lock:
            return self._refusal(comprobante, environment, now)

    def _refusal(self, comprobante, environment, now) -> Message | None:
        same_key = self._db.execute(
            f"SELECT {SUMMARY} FROM document WHERE environment = ? AND access_key = ?",
            (environment, comprobante.key),
        )
        states = {_state(row, now) for row in same_key}
        if IN_PROCESS in states:
            return message("70", comprobante.key)
        if AUTHORISED in states:
            return message("43", comprobante.key)
        same_number = self._db.execute(
            f"SELECT {SUMMARY} FROM document WHERE environment = ? AND ruc = ? "
            "AND doc_type = ? AND series = ? AND sequential = ?",
            (environment, *comprobante.number),
        )
        taken = any(_state(row, now) != NOT_AUTHORISED for row in same_number)
        return message("45", "-".join(comprobante.number)) if taken else None

    def register(
        self,
        comprobante: Comprobante,
        environment: str,
        verdict: str,
        messages: list[Message],
        now: float,
        *,
        ready_at: float | None = None,
        pending_queries: int = 0,
        origin: str = "reception",
    ) -> Message | None:
        """Register a document unless its key or number is taken, as one step.

        :param verdict: AUTORIZADO or NO AUTORIZADO, shown once processing is over
        :param ready_at: Unix time when processing ends, ``now`` by default
        :param pending_queries: queries to answer EN PROCESO before the verdict
        :return: the message of the refusal, None when it is registered
        """
        ready = now if ready_at is None else ready_at
        with self._transaction() as db:
            refused = self._refusal(comprobante, environment, now)
            if refused:
                return refused
            db.execute(
                "INSERT INTO document (environment, access_key, ruc, doc_type, series,"
                " sequential, xml, sha256, verdict, messages, received_at, ready_at,"
                " pending_queries, origin) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    *(environment, comprobante.key, *comprobante.number),
                    *(comprobante.data, comprobante.sha256, verdict, _dump(messages)),
                    *(now, ready, pending_queries, origin),
                ),
            )
        return None

    def query(self, environment: str, key: str, now: float) -> list[Registered]:
        """Return every attempt registered with a key, oldest first.

        Counts as one of the queries that a document in process waits for.
        """
        with self._transaction() as db:
            rows = db.execute(
                "SELECT * FROM document WHERE environment = ? AND access_key = ? "
                "ORDER BY id",
                (environment, key),
            ).fetchall()
            if any(row["pending_queries"] for row in rows):
                db.execute(
                    "UPDATE document SET pending_queries = pending_queries - 1 "
                    "WHERE environment = ? AND access_key = ? AND pending_queries > 0",
                    (environment, key),
                )
        return [_registered(row, now) for row in rows]

    def peek(self, environment: str, key: str, now: float) -> list[Registered]:
        """Return the attempts of a key without counting as a query of a client."""
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM document WHERE environment = ? AND access_key = ? "
                "ORDER BY id",
                (environment, key),
            ).fetchall()
        return [_registered(row, now) for row in rows]

    def annul(self, environment: str, key: str, state: str | None) -> bool:
        """Set what the portal would: PENDIENTE DE ANULAR, ANULADO or neither.

        :return: whether there was an authorised document to annul
        """
        with self._transaction() as db:
            done = db.execute(
                "UPDATE document SET annulment = ? WHERE environment = ? "
                "AND access_key = ? AND verdict = ?",
                (state, environment, key, AUTHORISED),
            )
            return done.rowcount > 0

    def documents(self, now: float) -> list[dict]:
        """List all documents without their XML, oldest first."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {SUMMARY} FROM document ORDER BY id"
            ).fetchall()
        return [
            {
                "environment": row["environment"],
                "access_key": row["access_key"],
                "doc_type": row["doc_type"],
                "ruc": row["ruc"],
                "number": _number(row),
                "state": _state(row, now),
                "annulment": row["annulment"],
                "codes": [item["code"] for item in json.loads(row["messages"])],
                "received_at": row["received_at"],
                "sha256": row["sha256"],
                "origin": row["origin"],
            }
            for row in rows
        ]

    # === REQUESTS === #

    def log_request(
        self, now, environment, service, operation, access_key="", sha256=""
    ) -> int:
        """Note a request on arrival, so that even an unanswered one is counted."""
        with self._transaction() as db:
            return db.execute(
                "INSERT INTO request (received_at, environment, service, operation,"
                " access_key, sha256) VALUES (?,?,?,?,?,?)",
                (now, environment, service, operation, access_key, sha256),
            ).lastrowid

    def log_outcome(self, request_id: int, outcome: str, codes: list[str]) -> None:
        """Note what was decided, whether or not the client will ever hear it."""
        with self._transaction() as db:
            db.execute(
                "UPDATE request SET outcome = ?, codes = ? WHERE id = ?",
                (outcome, ",".join(codes), request_id),
            )

    def log_answer(self, request_id, now, http_status, faults: list[str]) -> None:
        """Note what went over the wire; ``now`` None means that nothing did."""
        with self._transaction() as db:
            db.execute(
                "UPDATE request SET answered_at = ?, http_status = ?, faults = ? "
                "WHERE id = ?",
                (now, http_status, ",".join(faults), request_id),
            )

    def requests(self, key="", service="", after=0, limit=1000) -> list[dict]:
        """List requests in order of arrival.

        :param key: only those about this access key
        :param service: only ``reception``, ``authorization`` or ``query``
        :param after: only those with a greater id
        :param limit: at most so many
        """
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM request WHERE id > ? AND (? = '' OR access_key = ?)"
                " AND (? = '' OR service = ?) ORDER BY id LIMIT ?",
                (after, key, key, service, service, limit),
            ).fetchall()
        return [dict(row) for row in rows]

    def key_counts(self) -> dict[str, dict]:
        """Count per access key what arrived and what became of it."""
        with self._lock:
            rows = self._db.execute(
                "SELECT access_key,"
                " SUM(service = 'reception') AS sent,"
                " SUM(outcome = 'RECIBIDA') AS received,"
                " SUM(outcome = 'DEVUELTA') AS returned,"
                " SUM(service = 'authorization') AS queries,"
                " COUNT(DISTINCT CASE WHEN sha256 <> '' THEN sha256 END) AS contents"
                " FROM request WHERE access_key <> '' GROUP BY access_key"
            ).fetchall()
        names = ("sent", "received", "returned", "queries", "contents")
        return {row["access_key"]: {n: row[n] for n in names} for row in rows}

    def service_counts(self) -> dict[str, int]:
        """Count the requests per service."""
        with self._lock:
            return dict(
                self._db.execute(
                    "SELECT service, COUNT(*) FROM request GROUP BY service"
                ).fetchall()
            )

    # === REST === #

    def get(self, name: str, default: str = "") -> str:
        """Return a remembered value."""
        with self._lock:
            row = self._db.execute(
                "SELECT value FROM meta WHERE name = ?", (name,)
            ).fetchone()
        return row["value"] if row else default

    def set(self, name: str, value: str) -> None:
        """Remember a value over restarts."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def reset(self) -> None:
        """Forget everything."""
        with self._transaction() as db:
            for table in ("document", "request", "meta"):
                db.execute(f"DELETE FROM {table}")


def _dump(messages: list[Message]) -> str:
    return json.dumps([asdict(item) for item in messages], ensure_ascii=False)


def _number(row: sqlite3.Row) -> str:
    series = row["series"]
    return f"{series[:3]}-{series[3:]}-{row['sequential']}"


def _state(row: sqlite3.Row, now: float) -> str:
    if row["pending_queries"] > 0 or now < row["ready_at"]:
        return IN_PROCESS
    return row["verdict"]


def _registered(row: sqlite3.Row, now: float) -> Registered:
    return Registered(
        id=row["id"],
        access_key=row["access_key"],
        doc_type=row["doc_type"],
        ruc=row["ruc"],
        number=_number(row),
        xml=row["xml"],
        state=_state(row, now),
        messages=[Message(**item) for item in json.loads(row["messages"])],
        received_at=row["received_at"],
        ready_at=row["ready_at"],
        origin=row["origin"],
        annulment=row["annulment"],
    )
