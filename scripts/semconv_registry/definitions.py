"""Attribute definitions: one entry of an attribute_group becomes one Attribute, or a sentence on what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .model import Attribute
from .read import Group

__all__ = ["constant_name", "define_attributes", "name_problems"]

TYPES: Mapping[str, type | tuple[type, ...]] = {"string": str, "int": int, "double": float, "boolean": bool}
"""Value types in use, and the Python type of their examples. Arrays have no use yet, so they are refused."""

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)*")
LONGEST_BRIEF = 100
MEMBER_KEYS = {"id", "value", "stability", "brief", "note", "deprecated"}
KEYS = {"id", "type", "stability", "brief", "note", "examples", "annotations", "deprecated"}
ANNOTATIONS = {
    "guide": {"spans"},
    "hub": {"column"},
    "privacy": {"free_text"},
    "sentry": {"data"},
    "value": {"unit", "decimal_places"},
}


def constant_name(name: str) -> str:
    """`pf.order.state` → `PF_ORDER_STATE`."""
    return name.replace(".", "_").upper()


def define_attributes(groups: Iterable[Group], problems: list[str]) -> dict[str, Attribute]:
    """Every attribute defined in `groups`, by name."""
    attributes: dict[str, Attribute] = {}
    origin: dict[str, str] = {}
    for group in groups:
        for entry in group.attributes:
            if "id" not in entry:
                continue
            where = f"{group.where}: {entry['id']}"
            if group.type != "attribute_group":
                problems.append(f"{where}: define attributes in an attribute_group and refer to them with ref")
            elif entry["id"] in attributes:
                problems.append(f"{where}: already defined in {origin[entry['id']]}")
            else:
                attributes[entry["id"]] = _define(entry, where, problems)
                origin[entry["id"]] = group.where
    _check_renames(attributes, origin, problems)
    return attributes


def name_problems(names: Iterable[str], what: str) -> list[str]:
    """Faults among names of one sort: a badly formed one, one that is also a namespace, two with one constant."""
    known = sorted(names)
    problems = [f"{name}: {what} must be dotted snake_case parts" for name in known if not NAME.fullmatch(name)]
    for name in known:
        inside = next((other for other in known if other.startswith(name + ".")), None)
        if inside:
            problems.append(f"{name}: {what} is also the namespace of {inside}")
    constants: dict[str, str] = {}
    for name in known:
        other = constants.setdefault(constant_name(name), name)
        if other != name:
            problems.append(f"{name}: {what} differs from {other} only in dots and underscores")
    return problems


def _define(entry: Mapping[str, Any], where: str, problems: list[str]) -> Attribute:
    brief = str(entry.get("brief") or "").strip()
    if not brief:
        problems.append(f"{where}: missing brief")
    elif len(brief) > LONGEST_BRIEF:
        problems.append(
            f"{where}: brief has {len(brief)} characters, more than {LONGEST_BRIEF}; the rest belongs in note"
        )
    if not entry.get("stability"):
        problems.append(f"{where}: missing stability")
    problems += [f"{where}: unknown key {key}" for key in sorted(set(entry) - KEYS)]
    annotations = entry.get("annotations") or {}
    for area, keys in annotations.items():
        unknown = sorted(set(keys) - ANNOTATIONS[area]) if area in ANNOTATIONS else ["*"]
        problems += [f"{where}: unknown annotation {area}.{key}" for key in unknown]
    kind, members = _type(entry.get("type"), where, problems)
    value = annotations.get("value") or {}
    deprecated = entry.get("deprecated") or {}
    return Attribute(
        name=entry["id"],
        type=kind,
        brief=brief,
        note=str(entry.get("note") or "").strip(),
        unit=value.get("unit"),
        decimal_places=value.get("decimal_places"),
        column=bool((annotations.get("hub") or {}).get("column")),
        free_text=bool((annotations.get("privacy") or {}).get("free_text")),
        members=members,
        examples=_examples(entry, kind, members, where, problems),
        guide_spans=(annotations.get("guide") or {}).get("spans"),
        sentry_data=(annotations.get("sentry") or {}).get("data"),
        deprecated=str(deprecated.get("note") or deprecated.get("reason")) if deprecated else None,
        replaced_by=deprecated.get("renamed_to"),
    )


def _type(declared: Any, where: str, problems: list[str]) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """The value type and, for an enumeration, its members."""
    if isinstance(declared, dict):
        members = declared.get("members") or []
        for member in members:
            if not {"id", "value", "stability"} <= set(member) or not isinstance(member["value"], str):
                problems.append(f"{where}: member {member.get('id')!r} needs id, a string value and stability")
                return "string", ()
            # An unquoted comma in a one-line mapping starts a new key: this is where it shows.
            problems += [
                f"{where}: member {member['id']}: unknown key {key!r}" for key in sorted(set(member) - MEMBER_KEYS)
            ]
        values = [member["value"] for member in members]
        if not members or len(set(values)) != len(values):
            problems.append(f"{where}: an enumeration needs members with different values")
        return "string", tuple((m["id"], m["value"], str(m.get("brief") or "")) for m in members)
    if declared not in TYPES:
        problems.append(f"{where}: unknown type {declared!r}; one of {', '.join(TYPES)} or members")
        return "string", ()
    return declared, ()


def _examples(
    entry: Mapping[str, Any], kind: str, members: tuple[tuple[str, str, str], ...], where: str, problems: list[str]
) -> tuple[object, ...]:
    """Examples, which a plain string must have and which must be of the attribute's type."""
    examples = tuple(entry.get("examples") or ())
    if kind == "string" and not members and not examples:
        problems.append(f"{where}: a string needs examples")
    for example in examples:
        # bool is an int in Python and is none here; a double is written with its point.
        if not isinstance(example, TYPES[kind]) or (kind != "boolean" and isinstance(example, bool)):
            problems.append(f"{where}: example {example!r} is not of type {kind}")
    return examples


def _check_renames(attributes: Mapping[str, Attribute], origin: Mapping[str, str], problems: list[str]) -> None:
    for attribute in attributes.values():
        where, new = f"{origin[attribute.name]}: {attribute.name}", attribute.replaced_by or ""
        target = attributes.get(new)
        if target is not None and (target.deprecated or target.type != attribute.type):
            problems.append(f"{where}: renamed to {new}, which is deprecated or of another type")
        elif new.startswith("pf.") and target is None:
            problems.append(f"{where}: renamed to {new}, which is not defined")
