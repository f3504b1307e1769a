"""The locks meet what the project asks for, and say nowhere where a package comes from."""

import json

import pytest

from scripts.check_addresses import addresses_in, resolved_in
from scripts.check_lock import missing

PROJECT = {"dependencies": ["alpha>=2"], "optional-dependencies": {"dev": ["Beta_Tool; python_version > '3'"]}}
LOCK = "alpha==2.1 ; python_version < '3.12' \\\n    --hash=sha256:00\nalpha==3.0 \\\n    --hash=sha256:01\n"


def test_a_requirement_that_is_not_locked_is_named() -> None:
    assert missing(PROJECT, "# why\nhatchling\n", LOCK + "beta-tool==1\n") == [
        "hatchling is not met by the lock, which has none"
    ]


def test_a_locked_version_that_is_too_old_is_named() -> None:
    project = {"dependencies": ["alpha>=4"], "optional-dependencies": {}}
    assert missing(project, "", LOCK) == ["alpha>=4 is not met by the lock, which has 2.1, 3.0"]


def test_a_lock_that_meets_everything_passes() -> None:
    assert missing(PROJECT, "", LOCK + "beta-tool==1\n") == []


@pytest.mark.parametrize("host", ["py" + "pi.org", "files.python" + "hosted.org", "registry.np" + "mjs.org"])
def test_a_registry_address_is_found(host: str) -> None:
    assert addresses_in(f"fine\nindex = https://{host}/simple\n") == [(2, f"index = https://{host}/simple")]


def test_an_npm_lock_with_addresses_is_found() -> None:
    packages = {"": {}, "node_modules/a": {"resolved": "somewhere"}, "node_modules/b": {"integrity": "sha512-"}}
    local = {"node_modules/c": {"resolved": "packages/c", "link": True}}
    assert resolved_in(json.dumps({"packages": packages | local})) == ["node_modules/a"]
