"""Where main is guarded, a browser or integration test that is skipped does not pass unnoticed."""

import pytest

from tests.support import ci_skips

pytest_plugins = ["pytester"]

A_SKIP = """
import pytest
def test_skips():
    pytest.skip("no browser here")
"""
A_MODULE_SKIP = """
import pytest
pytest.importorskip("no_such_package")
def test_never_reached():
    pass
"""
AN_EXPECTED_FAILURE = """
import pytest
@pytest.mark.xfail(reason="known")
def test_known():
    assert False
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    def run(folder: str, source: str, guarded: bool) -> pytest.RunResult:
        monkeypatch.setenv("FLEAGLASS_CI", "1" if guarded else "")
        path = pytester.mkdir(folder) / "test_it.py"
        path.write_text(source)
        return pytester.inline_run(path, "-p", "no:asyncio", plugins=[ci_skips])

    return run


@pytest.mark.parametrize("folder", ["integration", "e2e"])
def test_a_skip_fails_under_guard(run, folder: str) -> None:
    passed, skipped, failed = run(folder, A_SKIP, guarded=True).listoutcomes()
    assert (len(passed), len(skipped), len(failed)) == (0, 0, 1)
    assert "no browser here" in str(failed[0].longrepr)


def test_a_skipped_module_fails_under_guard(run) -> None:
    result = run("e2e", A_MODULE_SKIP, guarded=True)
    assert result.ret != 0
    assert any("no_such_package" in str(report.longrepr) for report in result.getfailures())


def test_a_skip_stays_one_on_a_developers_machine(run) -> None:
    passed, skipped, failed = run("integration", A_SKIP, guarded=False).listoutcomes()
    assert (len(passed), len(skipped), len(failed)) == (0, 1, 0)


def test_a_unit_test_may_skip(run) -> None:
    run("unit", A_SKIP, guarded=True).assertoutcome(skipped=1)


def test_an_expected_failure_stays_one(run) -> None:
    run("integration", AN_EXPECTED_FAILURE, guarded=True).assertoutcome(skipped=1)
