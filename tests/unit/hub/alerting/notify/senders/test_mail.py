"""E-mail, to a mail server of the test's own."""

from __future__ import annotations

import socket
import ssl

import pytest
import trustme

from fleaglass.alerts.rules.model import Email, Secret
from fleaglass.hub.alerting.notify.senders.mail import EmailSender
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from tests.support.smtp import smtp_sink
from tests.unit.hub.alerting.notify.senders.made import KEY, message


def receiver(port: int, **more: object) -> Email:
    settings = {"to": ("on-call@example.com", "desk@example.com"), "sender": "fleaglass@example.com"}
    return Email(**{**settings, "host": "127.0.0.1", "port": port, "tls": "none", **more})  # type: ignore[arg-type]


async def test_a_mail_says_what_happened_and_mail_programs_see_its_group_as_one_conversation() -> None:
    async with smtp_sink() as sink:
        await EmailSender(receiver(sink.port), {}).send(message())
        await EmailSender(receiver(sink.port), {}).send(message("resolve"))
    first, second = sink.mails
    assert (first["subject"], first["to"]) == ("CRITICAL: slow-order on a-1", "on-call@example.com, desk@example.com")
    assert first["message-id"] == f"<{KEY[:16]}-7@fleaglass.invalid>"
    assert first["references"] == second["references"]
    assert "  threshold:   2,000 ms" in first.get_content()
    assert "  lasted:      12 min" in second.get_content()
    assert len(sink.recipients) == 4


async def test_a_password_goes_only_to_a_server_that_proves_who_it_is() -> None:
    authority = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    to = {"tls": "starttls", "user": "fleaglass", "password": Secret(env="SMTP_PASSWORD")}
    environ = {"SMTP_PASSWORD": "pr1vate"}
    async with smtp_sink(server) as sink:
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            await EmailSender(receiver(sink.port, **to), environ).send(message())
        assert sink.logins == []
        authority.configure_trust(client)
        await EmailSender(receiver(sink.port, **to), environ, lambda: client).send(message())
    assert (sink.logins, sink.encrypted) == (["\0fleaglass\0pr1vate"], [True])


async def test_a_server_without_encryption_is_refused_where_it_was_asked_for() -> None:
    async with smtp_sink() as sink:
        with pytest.raises(Refused, match="SMTPNotSupportedError: the server offers no such thing"):
            await EmailSender(receiver(sink.port, tls="starttls"), {}).send(message())


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such box", Refused),
        ("RCPT", "451 come back later", Unreachable),
        ("MAIL", "552 too much", Refused),
        ("DATA", "421 I am leaving", Unreachable),
        ("AUTH", "535 not with pr1vate", Refused),
    ],
)
async def test_what_may_pass_is_tried_again_and_what_will_not_is_refused(
    command: str, answer: str, error: type[Exception]
) -> None:
    async with smtp_sink() as sink:
        sink.answers[command] = answer
        to = receiver(sink.port, user="fleaglass", password=Secret(env="P"))
        with pytest.raises(error, match=f"it answered {answer[:3]}") as failed:
            await EmailSender(to, {"P": "pr1vate"}).send(message())
    assert "pr1vate" not in str(failed.value)


async def test_a_server_that_is_not_there_may_come_back() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="ConnectionRefusedError"):
            await EmailSender(receiver(taken.getsockname()[1]), {}).send(message())


async def test_a_mail_that_was_taken_is_not_sent_again_because_of_a_bad_farewell() -> None:
    async with smtp_sink() as sink:
        sink.answers["QUIT"] = "421 too late"
        await EmailSender(receiver(sink.port), {}).send(message())
    assert len(sink.mails) == 1
