"""Writes docs/alerts-table.md: which system can say which of the default rules, exactly, nearly or not at all.

What is called exact is what tests/integration/test_promtool.py shows to be so: every such rule of the default file,
over generated histories, with the same times of firing and resolving.

    python -m scripts.generate_alerts_table           write the page
    python -m scripts.generate_alerts_table --check   fail when it is stale
"""

import argparse
import sys
from pathlib import Path

from fleaglass.alerts.rules import default_rules
from fleaglass.provision.table import table
from scripts.verdict import verdict

PAGE = Path(__file__).resolve().parent.parent / "docs/alerts-table.md"
INTRODUCTION = """<!-- Written by scripts/generate_alerts_table.py from the default rules. Do not edit. -->

# Rules in other systems

The hub judges every rule exactly. What others make of the default rules, and why it may differ, is here;
[Provisioning](provisioning.md) is how they get there. *Exact* means that Prometheus' own tool fires and resolves the
exported rule when the hub's judge does, within one step of 5 s, over 20 generated histories
(`tests/integration/test_promtool.py`).

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is stale")
    new = INTRODUCTION + table(default_rules())
    if parser.parse_args().check:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != new
        complaints = ["docs/alerts-table.md does not say what the rules' verdicts say"] if stale else []
        return verdict(complaints, all_well="docs/alerts-table.md is current", remedy="run `make generate`")
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
