"""E-mail by SMTP, in a thread: Python's smtplib waits for each answer.

All messages of one group name the same reference, so that mail programs show them as one conversation; the message id
is made of the delivery's, so that a message which was sent twice can be shown once.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from fleaglass.alerts.rules.model import Email
from fleaglass.hub.alerting.notify.messages import Message
from fleaglass.hub.alerting.notify.secret import read_secret
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable
from fleaglass.hub.alerting.notify.senders.text import as_text

__all__ = ["EmailSender", "email_of"]

_PATIENCE_S: Final = 20.0
_DOMAIN: Final = "fleaglass.invalid"


class EmailSender:
    """Tells the addresses of one receiver. `tls` is made anew for each message."""

    def __init__(
        self,
        receiver: Email,
        environ: Mapping[str, str],
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._receiver = receiver
        self._environ = environ
        self._tls = tls

    async def send(self, message: Message) -> None:
        """See Sender."""
        password = self._receiver.password
        secret = read_secret(password, self._environ) if password is not None else ""
        try:
            await asyncio.to_thread(self._deliver, email_of(message, self._receiver), secret)
        except smtplib.SMTPRecipientsRefused as error:
            raise _meaning(max(code for code, _ in error.recipients.values()), error) from None
        except smtplib.SMTPResponseException as error:
            raise _meaning(error.smtp_code, error) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(f"{type(error).__name__}: the server offers no such thing") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(type(error).__name__) from None  # what a server says may repeat the password

    def _deliver(self, mail: EmailMessage, password: str) -> None:
        to = self._receiver
        with closing(self._connection()) as smtp:
            if to.tls == "starttls":
                smtp.starttls(context=self._tls())
            if to.user:
                smtp.login(to.user, password)
            smtp.send_message(mail)
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()  # it is taken by now, whatever the server says to this

    def _connection(self) -> smtplib.SMTP:
        to = self._receiver
        if to.tls == "implicit":
            return smtplib.SMTP_SSL(to.host, to.port, timeout=_PATIENCE_S, context=self._tls())
        return smtplib.SMTP(to.host, to.port, timeout=_PATIENCE_S)


def email_of(message: Message, receiver: Email) -> EmailMessage:
    """The mail: what it says as plain text."""
    mail = EmailMessage()
    mail["From"] = receiver.sender
    mail["To"] = ", ".join(receiver.to)
    mail["Subject"] = message.title
    mail["Date"] = format_datetime(datetime.fromtimestamp(message.at_ns // 1_000_000_000, UTC))
    mail["Message-ID"] = f"<{message.delivery}@{_DOMAIN}>"
    mail["References"] = f"<{message.key}@{_DOMAIN}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(as_text(message))
    return mail


def _meaning(code: int, error: smtplib.SMTPException) -> Refused | Unreachable:
    """4yz may pass, 5yz will not (RFC 5321, 4.2.1)."""
    why = f"{type(error).__name__}: it answered {code}"
    return Refused(why) if code >= 500 else Unreachable(why)
