"""How many bytes does a check-in take in the state database, and a checkpoint of a ledger?

Rows as the hub writes them go into the hub's own tables, indexes included. It is about size and not about time, so a
few seconds are enough and other work does not disturb it.

    scripts/with-postgres.sh .venv/bin/python bench/state_rows.py --json

Last line: check_in_bytes, checkpoint_bytes, rows, engine (PostgreSQL where there is one).
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text

from fleaglass.hub.access.tables import projects
from fleaglass.hub.monitors.tables import check_ins, monitor_environments, monitors
from fleaglass.hub.state import State, open_state, state_url
from fleaglass.hub.witness.tables import witness_checkpoints, witness_logs

MINUTE_NS = 60 * 10**9
BEGAN_NS = 1_790_000_000 * 10**9
NOTE = "x" * 330
"""As long as a checkpoint with the log's signature and the hub's."""


def required(table: Table, **given: Any) -> dict[str, Any]:
    """A row of `table`, with 0 or an empty text in whatever must not be missing."""
    filler: dict[type, Any] = {int: 1, str: "", bool: False, float: 0.0}
    columns = [column for column in table.columns if not column.nullable and column.name != "id"]
    return {column.name: filler[column.type.python_type] for column in columns} | given


def check_in(number: int) -> dict[str, Any]:
    began_ns = BEGAN_NS + number * MINUTE_NS
    return {
        "monitor_environment": 1,
        "id": f"{number:032x}",
        "status": "ok",
        "started_ns": began_ns,
        "updated_ns": began_ns,
        "ended_ns": began_ns,
        "counts": True,
        "expected_ns": began_ns,
        "trace_id": f"{number:032x}",
        "release": "agent-vol-arb@2.1.0",
    }


def checkpoint(number: int) -> dict[str, Any]:
    seen_ns = BEGAN_NS + number * MINUTE_NS
    return {
        "log": 1,
        "size": number + 1,
        "root": f"{number:064x}",
        "note": NOTE,
        "first_ns": seen_ns,
        "last_ns": seen_ns,
    }


def bytes_per_row(state: State, table: Table, row: Callable[[int], dict[str, Any]], rows: int) -> float:
    """What the database grows by for each of `rows` rows, put in a minute's worth at a time."""
    before = _size(state)
    for first in range(0, rows, 500):
        with state.write() as connection:
            connection.execute(table.insert(), [row(number) for number in range(first, first + 500)])
    return (_size(state) - before) / rows


def _size(state: State) -> int:
    with state.read() as connection:
        return int(connection.execute(text(_question(connection))).scalar_one())


def _question(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return "SELECT pg_database_size(current_database())"
    return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


def run(rows: int) -> dict[str, Any]:
    server = os.environ.get("FLEAGLASS_TEST_POSTGRES")
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(state_url(Path(folder), f"{server}/postgres" if server else None))
        with state.write() as connection:
            connection.execute(projects.insert(), required(projects, id=1))
            connection.execute(monitors.insert(), required(monitors, id=1))
            connection.execute(monitor_environments.insert(), required(monitor_environments, id=1, monitor=1))
            connection.execute(witness_logs.insert(), required(witness_logs, id=1))
            engine = connection.dialect.name
        found = {
            "check_in_bytes": round(bytes_per_row(state, check_ins, check_in, rows)),
            "checkpoint_bytes": round(bytes_per_row(state, witness_checkpoints, checkpoint, rows)),
            "rows": rows,
            "engine": engine,
        }
        state.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each, in steps of 500")
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    result = run(arguments.rows)
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:18} {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
