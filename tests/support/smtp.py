"""A mail server that keeps what it is sent: as much of SMTP as Python's smtplib speaks."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

__all__ = ["Sink", "smtp_sink"]


@dataclass
class Sink:
    """What it heard. `answers` are what it says to a command (the first word) instead of yes."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def smtp_sink(tls: ssl.SSLContext | None = None) -> AsyncIterator[Sink]:
    """A sink on a free port; with `tls` it offers STARTTLS."""
    sink = Sink()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        secure = False
        while line := await reader.readline():
            command, _, rest = line.decode().strip().partition(" ")
            command = command.upper()
            answer = sink.answers.get(command)
            if command == "EHLO":
                offers = ["sink", "AUTH PLAIN", *(["STARTTLS"] if tls and not secure else [])]
                lines = [f"250{'-' if each is not offers[-1] else ' '}{each}" for each in offers]
                answer = answer or "\r\n".join(lines)
            elif command == "AUTH" and answer is None:
                sink.logins.append(base64.b64decode(rest.split()[-1]).decode())
                answer = "235 welcome"
            elif command == "RCPT" and answer is None:
                sink.recipients.append(rest)
            elif command == "DATA" and answer is None:
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                sink.mails.append(message_from_bytes(raw[:-5], policy=policy.default))  # type: ignore[arg-type]
                sink.encrypted.append(secure)
            yes = {"STARTTLS": "220 go", "QUIT": "221 bye"}.get(command, "250 yes")
            writer.write(f"{answer or yes}\r\n".encode())
            await writer.drain()
            if command == "STARTTLS" and answer is None and tls:
                await writer.start_tls(tls)
                secure = True
            if command == "QUIT":
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    async with server:
        yield sink
