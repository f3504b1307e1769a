"""The `fleaglass` command: one file per subcommand, loaded only when it is called.

Exit codes: 0 yes, 1 no, 2 misuse (wrong arguments, a port in use, a store that another process holds). Misuse is told
in one line on stderr; data goes to stdout, talk to stderr.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from fleaglass.cli._lazy import LazyGroup

__all__ = ["cli", "main"]

_COMMANDS = {
    "alerts": "Begin a file of alert rules, check it, and try a rule.",
    "demo": "Start a sandbox, a hub and three trading agents, and watch them.",
    "doctor": "Check each destination: is it there, does it let you in, does it keep a span.",
    "hub": "Look after a hub: backups, tokens, ingest keys, projects.",
    "journal": "Look into the journals that agents leave.",
    "ledger": "Verify an agent's ledger, prove what is in it, compare it with the venue.",
    "plan": "Work out what a fleet of agents takes: disk, hubs, shards, and what breaks first.",
    "run": "Run an agent's program, unchanged, with its calls to Purple Flea recorded.",
    "release": "Tell a Sentry server which release of an agent runs, and what is in it.",
    "sandbox": "Run a stand-in for Purple Flea with real balances and faults on demand.",
    "ship": "Send what agents have recorded where it belongs.",
    "store": "Tell what a store holds.",
    "up": "Run the hub: receive telemetry, store it, show it.",
}


@click.group(cls=LazyGroup, package=__name__, table=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fleaglass")
def cli() -> None:
    """Flight recorder and control room for autonomous trading agents."""


def main() -> NoReturn:
    """Run the command line and exit; every misuse is one line on stderr and exit code 2."""
    try:
        result = cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "fleaglass"
        click.echo(f"{command}: {error.format_message().rstrip('.')} (see {command} --help)", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"fleaglass: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)
