"""The rules file that an agent is given: what of it can be judged where a span ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fleaglass.recorder.guard import guard
from fleaglass.settings import Settings

if TYPE_CHECKING:
    from fleaglass.alerts.rules import RuleWatch, SlowSpanWatch

__all__ = ["rule_watches"]


def rule_watches(settings: Settings) -> tuple[RuleWatch | SlowSpanWatch, ...]:
    """Watches for the rules of the file in the settings. One that cannot be used is said so, and watches nothing."""
    if settings.rules is None:
        return ()
    from fleaglass.alerts.rules import check, watches_of  # where there is no file, it need not be loaded

    try:
        checked = check(Path(settings.rules).read_bytes(), settings.rules)
    except OSError as error:
        guard.say(
            f"rules {settings.rules}", f"{settings.rules} cannot be read: {error.strerror}; no rule is judged here"
        )
        return ()
    if checked.book is None:
        told = "\n".join(map(str, checked.problems))
        guard.say(
            f"rules {settings.rules}", f"no rule of {settings.rules} is judged here until it is put right:\n{told}"
        )
        return ()
    return watches_of(
        checked.book,
        agent=settings.agent_id,
        environment=settings.environment,
        release=settings.release,
        strategy=settings.strategy,
    )
