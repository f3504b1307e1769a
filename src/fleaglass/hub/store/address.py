"""`--store`: which engine keeps telemetry, and where it is.

    chdb:///PATH                                                        embedded, in this process
    clickhouse://USER:PASSWORD@HOST:PORT/DATABASE?cluster=NAME          a ClickHouse server, over HTTP
                                                  secure=true           over HTTPS
                                                  password_file=PATH    instead of PASSWORD

A password is in nobody's way: it is in no `shown`, no `repr` and no error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["EmbeddedAddress", "ServerAddress", "parse_address"]

_FORM: Final = "clickhouse://USER:PASSWORD@HOST:PORT/DATABASE"
_UNREADABLE: Final = f"it cannot be read as {_FORM}; in a password write @ / ? # % as %40 %2F %3F %23 %25"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}", re.ASCII)
"""Names of databases and clusters, which stand in SQL text."""

_OPTIONS: Final = ("cluster", "secure", "password_file")
_YES_NO: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class EmbeddedAddress:
    """A folder that the embedded engine keeps its files in; absolute."""

    folder: Path

    @property
    def shown(self) -> str:
        """The address."""
        return f"chdb://{self.folder}"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A ClickHouse server's HTTP interface. `cluster` is a name that the server's configuration knows."""

    host: str
    port: int
    database: str
    user: str = "default"
    password: str = field(default="", repr=False)
    cluster: str | None = None
    secure: bool = False

    @property
    def shown(self) -> str:
        """The address without user and password, for people."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        cluster = f"?cluster={self.cluster}" if self.cluster else ""
        return f"clickhouse://{host}:{self.port}/{self.database}{cluster}"


def parse_address(text: str) -> EmbeddedAddress | ServerAddress:
    """The engine that `text` names. Raises ValueError, with one line that says what to write instead."""
    if text.startswith("chdb://"):
        return EmbeddedAddress(Path(text.removeprefix("chdb://")).resolve())
    if text.startswith("clickhouse://"):
        return _server(text)
    raise ValueError(f"it must be chdb://PATH or {_FORM}")


def _server(text: str) -> ServerAddress:
    try:
        parts = urlsplit(text)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:  # its words may repeat what was given, password and all
        raise ValueError(_UNREADABLE) from None
    database = unquote(parts.path.removeprefix("/"))
    if not parts.hostname:
        raise ValueError(f"it names no host: {_FORM}")
    if "#" in text:
        raise ValueError(_UNREADABLE)
    if port == 0:
        raise ValueError("its port is not a number from 1 to 65535")
    _identifier("database", database, f"such as {_FORM}")
    if set(options) - set(_OPTIONS):
        raise ValueError(f"it has an option that is none of {', '.join(_OPTIONS)}")
    cluster = options.get("cluster")
    if cluster is not None:
        _identifier("cluster", cluster, "as in the server's remote_servers")
    secure = options.get("secure", "false")
    if secure not in _YES_NO:
        raise ValueError("its option secure must be true or false")
    return ServerAddress(
        host=parts.hostname,
        port=port or (8443 if _YES_NO[secure] else 8123),
        database=database,
        user=unquote(parts.username or "default"),
        password=_password(parts.password, options.get("password_file")),
        cluster=cluster,
        secure=_YES_NO[secure],
    )


def _password(given: str | None, file: str | None) -> str:
    if given is not None and file is not None:
        raise ValueError("it gives both a password and a password_file; one will do")
    if file is None:
        return unquote(given or "")
    try:
        return Path(file).read_text("utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ValueError(f"its password_file cannot be read: {said}") from None


def _identifier(what: str, name: str, where: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"it needs the name of a {what}, of letters, digits, '_', '-' and '.', {where}")
