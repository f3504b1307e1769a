"""A monitor's life, minute by minute: what its job says, what the hub concludes, what it tells.

`at("00:10")` is a time of 1 June 2026, UTC. The clock of a story ticks every minute on the way to the next thing that
happens, as the hub's does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import select

from fleaglass.hub.monitors.check_in import CheckIn, CheckInStatus, Crontab, Interval, MonitorConfig, Unit
from fleaglass.hub.monitors.config import MINUTE_NS
from fleaglass.hub.monitors.keeper import take_check_in, tick
from fleaglass.hub.monitors.occurrence import Occurrence, Recovery
from fleaglass.hub.monitors.tables import check_ins, monitor_environments, monitor_incidents, monitors
from fleaglass.hub.state import State

DAY = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000_000


def at(clock: str) -> int:
    """Nanoseconds of a time of day, `HH:MM` or `HH:MM:SS`; hours go on after 23."""
    hours, minutes, seconds = [*(int(part) for part in clock.split(":")), 0][:3]
    return DAY + hours * 60 * MINUTE_NS + minutes * MINUTE_NS + seconds * 1_000_000_000


def clock(ns: int | None) -> str | None:
    """A time of the story as `HH:MM`."""
    if ns is None:
        return None
    minutes = (ns - DAY) // MINUTE_NS
    return f"{minutes // 60:02}:{minutes % 60:02}"


def crontab(line: str, **limits: Any) -> MonitorConfig:
    """A check-in's configuration."""
    return MonitorConfig(schedule=Crontab(line), **limits)


def every(count: int, unit: Unit = "minute", **limits: Any) -> MonitorConfig:
    """A check-in's configuration."""
    return MonitorConfig(schedule=Interval(count, unit), **limits)


class Story:
    """The monitor `job` of project 1; `told` is everything that it had to tell, in order."""

    def __init__(self, state: State, config: MonitorConfig | None = None, begins: str = "00:00") -> None:
        self._state = state
        self._config = config
        self.now_ns = at(begins)
        self.told: list[Occurrence | Recovery] = []
        self._tick()

    def until(self, when: str) -> Story:
        """Nothing is said; the hub ticks."""
        with self._state.write() as connection:
            for now_ns in range(self.now_ns + MINUTE_NS, at(when) + 1, MINUTE_NS):
                self.told += tick(connection, now_ns)
        self.now_ns = at(when)
        return self

    def down_until(self, when: str) -> Story:
        """The hub does not run, and then ticks again."""
        self.now_ns = at(when)
        self._tick()
        return self

    def say(self, when: str, status: CheckInStatus, run: str = "", **more: Any) -> Story:
        """The job says something; every run has a letter, and `run="latest"` names none."""
        self.until(when)
        run_id = "0" * 32 if run == "latest" else (run or when.replace(":", "")).rjust(32, "a")
        check_in = CheckIn(check_in_id=run_id, slug="job", status=status, **({"config": self._config} | more))
        with self._state.write() as connection:
            self.told += take_check_in(connection, 1, check_in, self.now_ns)
        return self

    def _tick(self) -> None:
        with self._state.write() as connection:
            self.told += tick(connection, self.now_ns)

    def runs(self) -> list[tuple[str | None, str]]:
        """When each run began, or should have, and how it is."""
        with self._state.read() as connection:
            rows = connection.execute(
                select(check_ins.c.started_ns, check_ins.c.status).order_by(check_ins.c.started_ns, check_ins.c.id)
            )
            return [(clock(row.started_ns), row.status) for row in rows]

    def lane(self, environment: str = "production") -> Any:
        """The row of a lane."""
        with self._state.read() as connection:
            at_lane = monitor_environments.c
            return connection.execute(select(monitor_environments).where(at_lane.environment == environment)).one()

    def incidents(self) -> list[Any]:
        """The rows of all incidents, in order."""
        with self._state.read() as connection:
            return list(connection.execute(select(monitor_incidents).order_by(monitor_incidents.c.id)))

    def monitor(self) -> Any:
        """The row of the monitor."""
        with self._state.read() as connection:
            return connection.execute(select(monitors)).one()

    def set(self, table: Literal["monitors", "lanes"], **values: Any) -> Story:
        """A person changes something."""
        with self._state.write() as connection:
            connection.execute((monitors if table == "monitors" else monitor_environments).update().values(values))
        return self

    def heard(self) -> list[str]:
        """What was told, in short: the kind of each occurrence, and `recovered`."""
        return ["recovered" if isinstance(told, Recovery) else told.run.status for told in self.told]
