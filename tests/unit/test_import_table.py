"""The table of who may import whom forbids what it does not name."""

import grimp
import pytest

from scripts.import_table import ImportTable

ROWS = ["house:", "cellar:", "kitchen: cellar", "roof: *"]


def broken(*links: tuple[str, str]) -> list[str]:
    graph = grimp.ImportGraph()
    for module in ("house", "house.cellar", "house.cellar.wine", "house.kitchen", "house.roof"):
        graph.add_module(module)
    for importer, imported in links:
        graph.add_import(importer=importer, imported=imported, line_number=3, line_contents="")
    contract = ImportTable(name="table", session_options={"root_packages": ["house"]}, contract_options={"rows": ROWS})
    check = contract.check(graph, verbose=False)
    assert check.kept is not bool(check.metadata["found"])
    return check.metadata["found"]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("house.kitchen", "house.cellar"),
        ("house.kitchen", "house.cellar.wine"),
        ("house.cellar", "house.cellar.wine"),
        ("house.roof", "house.kitchen"),
        ("house.cellar.wine", "grapes"),
    ],
)
def test_what_a_row_names_is_allowed(importer: str, imported: str) -> None:
    assert broken((importer, imported)) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("house.cellar.wine", "house.kitchen"),
        ("house.kitchen", "house.roof"),
        ("house", "house.cellar"),
        ("house.kitchen", "house"),
    ],
)
def test_what_no_row_names_is_forbidden(importer: str, imported: str) -> None:
    assert broken((importer, imported)) == [f"{importer} -> {imported} (line 3)"]


def test_a_package_without_a_row_is_refused() -> None:
    assert broken(("house.attic", "house.cellar")) == ["house.attic has no row in the table"]
