"""Under FLEAGLASS_CI=1 a skipped integration or end-to-end test is a failure.

On a developer's machine a test that needs a browser may be skipped where there is none. Where main is guarded, a skip
would mean that nobody looked; so the skip's own reason becomes the failure's message. Expected failures (xfail) stay.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

GUARDED_FOLDERS = frozenset({"integration", "e2e"})


def _guarded(node: pytest.Item | pytest.Collector) -> bool:
    if os.environ.get("FLEAGLASS_CI") != "1":
        return False
    marked = any(node.get_closest_marker(name) for name in GUARDED_FOLDERS)
    folders = Path(os.path.relpath(node.path, node.config.rootpath)).parts
    return marked or bool(GUARDED_FOLDERS & set(folders))


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"FLEAGLASS_CI=1 forbids to skip this: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn the skip of one test into its failure."""
    report: pytest.TestReport = yield
    if report.skipped and not hasattr(report, "wasxfail") and _guarded(item):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Turn the skip of a whole module (importorskip, a module-level skip) into an error."""
    report: pytest.CollectReport = yield
    if report.outcome == "skipped" and _guarded(collector):
        _fail(report)
    return report
