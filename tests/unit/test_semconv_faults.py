"""A registry that breaks a rule is refused, in words that name file, group and fault."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.semconv_registry import RegistryError, load_registry

SCHEMA = Path(__file__).parents[2] / "schema"


@pytest.fixture
def edit(tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """Replace a text in a copy of the registry's file; returns the faults found."""
    shutil.copytree(SCHEMA, tmp_path / "schema")

    def apply(file: str, old: str, new: str) -> list[str]:
        path = tmp_path / "schema" / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(RegistryError) as caught:
            load_registry(tmp_path / "schema")
        return caught.value.problems

    return apply


BROKEN = {
    "an attribute defined twice": (
        "attributes/wallet.yaml",
        "id: pf.assets_count",
        "id: pf.asset",
        "attributes/wallet.yaml: registry.pf.wallet: pf.asset: already defined in attributes/trade.yaml: "
        "registry.pf.trade",
    ),
    "a name that is also a namespace": (
        "attributes/trade.yaml",
        "id: pf.position_id",
        "id: pf.order",
        "attributes/trade.yaml: registry.pf.trade: pf.order: attribute is also the namespace of pf.order.state",
    ),
    "names that become one constant": (
        "attributes/trade.yaml",
        "id: pf.position_id",
        "id: pf.order_state",
        "attributes/trade.yaml: registry.pf.trade: pf.order_state: attribute differs from pf.order.state only in dots "
        "and underscores",
    ),
    "a name in capitals": (
        "attributes/trade.yaml",
        "id: pf.position_id",
        "id: pf.positionID",
        "attributes/trade.yaml: registry.pf.trade: pf.positionID: attribute must be dotted snake_case parts",
    ),
    "a link's attribute that is none": (
        "spans/cycle.yaml",
        "links: [pf.link.type]",
        "links: [pf.link.kind]",
        "spans/cycle.yaml: span.agent.decision_cycle: links names pf.link.kind, which no attribute_group defines; "
        "define it",
    ),
    "a reference to nothing": (
        "spans/wallet.yaml",
        "{ref: pf.wallet_id,",
        "{ref: pf.walet_id,",
        "spans/wallet.yaml: span.pf.wallet.balance_check: ref names pf.walet_id, which no attribute_group defines; "
        "define it",
    ),
    "an unknown type": (
        "attributes/wallet.yaml",
        "type: int",
        "type: money",
        "attributes/wallet.yaml: registry.pf.wallet: pf.assets_count: unknown type 'money'; one of string, int, "
        "double, boolean or members",
    ),
    "an attribute without brief": (
        "attributes/wallet.yaml",
        "brief: Wallet identifier.",
        "note: Wallet identifier.",
        "attributes/wallet.yaml: registry.pf.wallet: pf.wallet_id: missing brief",
    ),
    "a group without brief": (
        "events.yaml",
        "brief: The venue reported a fill.",
        "note: The venue reported a fill.",
        "events.yaml: event.order_filled: missing brief",
    ),
    "an unknown group type": (
        "events.yaml",
        "type: event",
        "type: incident",
        "events.yaml: event.order_filled: unknown group type 'incident'; one of attribute_group, span, event, metric, "
        "entity",
    ),
    "a group id used twice": (
        "events.yaml",
        "id: event.order_unknown",
        "id: event.order_filled",
        "events.yaml: event.order_filled: this group id is already used in events.yaml",
    ),
    "an example of another type": (
        "attributes/escrow.yaml",
        "examples: [25.0]",
        "examples: [25]",
        "attributes/escrow.yaml: registry.pf.escrow: pf.amount_usd: example 25 is not of type double",
    ),
    "a requirement level that does not exist": (
        "spans/wallet.yaml",
        "{ref: pf.wallet_id, requirement_level: required}",
        "{ref: pf.wallet_id, requirement_level: mandatory}",
        "spans/wallet.yaml: span.pf.wallet.balance_check: pf.wallet_id: bad requirement_level 'mandatory'",
    ),
    "a parent that is no span": (
        "spans/wallet.yaml",
        "parents: [agent.decision_cycle,",
        "parents: [agent.decision,",
        "spans/wallet.yaml: span.pf.wallet.balance_check: parent agent.decision is no span",
    ),
    "a successor that does not exist": (
        "attributes/deprecated.yaml",
        "renamed_to: pf.order.state",
        "renamed_to: pf.order.status",
        "attributes/deprecated.yaml: registry.pf.deprecated: pf.status: renamed to pf.order.status, which is "
        "not defined",
    ),
    "an event that does not exist": (
        "spans/escrow.yaml",
        "event.escrow_initiated",
        "event.escrow_begun",
        "spans/escrow.yaml: span.pf.escrow.create: events names event.escrow_begun, which is no event group",
    ),
    "a key written twice": (
        "attributes/wallet.yaml",
        "        brief: Wallet identifier.",
        "        brief: Wallet identifier.\n        brief: Identifier of the wallet.",
        "key 'brief' occurs twice",
    ),
    "an unquoted comma": (
        "attributes/escrow.yaml",
        "brief: The amount is held.",
        "brief: The amount is held, for now.",
        "attributes/escrow.yaml: registry.pf.escrow: pf.escrow_status: member funded: unknown key 'for now.'",
    ),
    "a histogram without buckets": (
        "metrics.yaml",
        "      buckets: [0.01, 0.025,",
        "      bounds: [0.01, 0.025,",
        "metrics.yaml: metric.pf.cycle.duration: a histogram needs buckets in ascending order",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "fault"), BROKEN.values(), ids=BROKEN)
def test_a_broken_registry_is_refused_in_words(
    edit: Callable[[str, str, str], list[str]], file: str, old: str, new: str, fault: str
) -> None:
    problems = edit(file, old, new)
    assert [problem for problem in problems if fault in problem], problems


def test_all_faults_are_named_at_once(edit: Callable[[str, str, str], list[str]]) -> None:
    problems = edit("attributes/wallet.yaml", "brief: Wallet identifier.\n        examples: [w_1]", "examples: [1]")
    assert len(problems) == 2
