"""Who takes part in the demo: the commands, the environment they run in, and what goes wrong on purpose."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fleaglass
from fleaglass.cli._demo.accounts import Account

__all__ = [
    "RESEARCHER",
    "TRADERS",
    "Role",
    "agent_command",
    "agent_env",
    "clean_env",
    "home",
    "hub_command",
    "sandbox_command",
    "span_log",
]

_FLEAGLASS: Final = (sys.executable, "-m", "fleaglass.cli")

_NETWORK: Final = ("latency=10ms-40ms",)
"""What a request to a venue elsewhere would take; on one machine all spans would look alike."""

_FAULTS: Final = (
    "latency:trade=900ms-2600ms@4%",
    "latency:market=1200ms-2s@2%",
    "error:500@1%",
    "drop-ack:trade@6%",
)
"""Together about 2 % of all answers, since only one call in ten trades. A lost answer is found out about by reading."""

# Names that would lead an agent of the demo away from the demo's hub, or change what it records.
_FOREIGN: Final = ("AGENT_", "FLEAGLASS_", "OTEL_", "PURPLE_FLEA_", "SENTRY_")


@dataclass(frozen=True, slots=True)
class Role:
    """An agent of the demo and its file in `examples/`."""

    agent_id: str
    title: str
    file: str


TRADERS: Final = (
    Role("momentum-1", "the momentum agent", "momentum_agent.py"),
    Role("vol-arb-1", "the volatility-arbitrage agent", "vol_arb_agent.py"),
)
RESEARCHER: Final = Role("research-1", "the research agent", "research_agent.py")


def sandbox_command(port: int, db: Path, *, seed: int, speed: float, faults: bool) -> list[str]:
    """How the sandbox is started."""
    specs = [*_NETWORK, *(_FAULTS if faults else ())]
    return [
        *_FLEAGLASS,
        "sandbox",
        *("--port", str(port)),
        *("--db", str(db)),
        *("--seed", str(seed)),
        *("--speed", str(speed)),
        *(word for spec in specs for word in ("--fault", spec)),
        "--json",
    ]


def hub_command(http_port: int, grpc_port: int, data: Path, folder: Path) -> list[str]:
    """How the hub is started; the agents' ledgers are in their folder."""
    ports = ["--http-port", str(http_port), "--grpc-port", str(grpc_port)]
    return [*_FLEAGLASS, "up", *ports, "--data", str(data), "--ledger", str(home(folder)), "--json"]


def agent_command(role: Role, *, cycles: int | None, interval_s: float) -> list[str]:
    """How an agent is started: its file, as a reader would run it. Raises FileNotFoundError if it is not installed."""
    limit = [] if cycles is None else ["--cycles", str(cycles)]
    return [sys.executable, str(_examples() / role.file), "--interval", str(interval_s), *limit]


def agent_env(base: Mapping[str, str], account: Account, *, venue: str, hub: str, folder: Path) -> dict[str, str]:
    """What an agent finds in its environment: its account, where its spans go, and where it keeps what is its own."""
    return {
        **base,
        "PURPLE_FLEA_API_KEY": account.api_key,
        "PURPLE_FLEA_BASE_URL": venue,
        "PURPLE_FLEA_WALLET": account.wallet_id,
        "PURPLE_FLEA_RESEARCHER": RESEARCHER.agent_id,
        "FLEAGLASS_ENDPOINT": hub,
        "FLEAGLASS_ENVIRONMENT": "demo",
        "FLEAGLASS_REGION": "local",
        "FLEAGLASS_SPAN_LOG": str(span_log(folder, account.agent_id)),
        "FLEAGLASS_HOME": str(home(folder)),
        # Nothing of the demo stays when it is stopped.
        "FLEAGLASS_SHIPPER": "thread",
        # The hub is busy when all agents end at once, and the demo counts every span.
        "FLEAGLASS_SHUTDOWN_TIMEOUT": "10",
    }


def span_log(folder: Path, agent_id: str) -> Path:
    """The file in which an agent counts its spans."""
    return folder / f"{agent_id}.spans"


def home(folder: Path) -> Path:
    """Where the agents keep what is their own: journals and ledgers."""
    return folder / "home"


def clean_env(environ: Mapping[str, str]) -> dict[str, str]:
    """The user's environment without what would change the demo; its traffic never goes through a proxy."""
    kept = {name: value for name, value in environ.items() if not name.startswith(_FOREIGN)}
    return kept | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def _examples() -> Path:
    """In an installed package the agents are inside it; in a clone of the repository they are beside `src`."""
    package = Path(fleaglass.__file__).parent
    for folder in (package / "_examples", package.parents[1] / "examples"):
        if (folder / TRADERS[0].file).is_file():
            return folder
    raise FileNotFoundError("the example agents are not where they were installed; install fleaglass again")
