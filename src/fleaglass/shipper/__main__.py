"""``python -m fleaglass.shipper``: what `launch.py` starts. It belongs to nobody; what it has to say is in a file."""

from __future__ import annotations

import argparse
import logging
import os
import signal
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from fleaglass import __version__
from fleaglass.journal.layout import make_folder
from fleaglass.shipper.outlets import make_outlet
from fleaglass.shipper.process import LOG, run
from fleaglass.shipper.shipper import Shipper

__all__ = ["main"]

_MAX_LOG_BYTES: Final = 256 << 10
_logger: Final = logging.getLogger("fleaglass.shipper")


def main() -> None:
    """Ship the journals of a home in the background."""
    parser = argparse.ArgumentParser(prog="python -m fleaglass.shipper")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--until-idle", type=float, default=30.0)
    arguments = parser.parse_args()
    if os.fork():
        os._exit(0)  # so that it is no child of the agent, which may wait for its children, or forget to
    os.umask(0o077)
    make_folder(arguments.home)
    log = RotatingFileHandler(arguments.home / LOG, maxBytes=_MAX_LOG_BYTES, backupCount=1, encoding="utf-8")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(message)s", handlers=[log])
    _logger.setLevel(logging.INFO)

    def make() -> Shipper:
        shipper = Shipper(arguments.home, make_outlet)
        signal.signal(signal.SIGTERM, lambda *_: shipper.stop())
        _logger.info("ships %s", arguments.home)
        return shipper

    try:
        if run(arguments.home, make, version=__version__, until_idle_s=arguments.until_idle):
            _logger.info("leaves")
    except Exception:
        _logger.exception("the shipper ends with an internal error; what is recorded stays in the journals")
        raise


if __name__ == "__main__":
    main()
