"""Who may import whom, as an import-linter contract that reads one table.

Each row of the table names a package and the packages that it may import; what a row does not name is forbidden, and a
package without a row fails until it has one. So a new package joins by one row, and nothing is allowed by omission.

    [[tool.importlinter.contracts]]
    type = "import_table"
    rows = ["semconv:", "recorder: semconv settings", "fleaglass: recorder"]

The row named after the root package is for the modules directly in it (`fleaglass/__init__.py`).
`*` allows everything.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

__all__ = ["ImportTable"]


class ImportTable(Contract):
    """Fails for each import between two packages of the root package that the table does not allow."""

    type_name = "import_table"

    rows = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Compare every import in the graph with the table."""
        (root,) = self.session_options["root_packages"]
        table = dict(self._row(row) for row in self.rows)
        found: list[str] = []
        for module in sorted(graph.modules):
            importer = _package(module, root)
            if importer is None:
                continue
            if importer not in table:
                found.append(f"{module} has no row in the table")
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                package = _package(imported, root)
                allowed = table[importer]
                if package not in (None, importer) and package not in allowed and "*" not in allowed:
                    details = graph.get_import_details(importer=module, imported=imported)
                    lines = sorted({detail["line_number"] for detail in details})
                    found.append(f"{module} -> {imported} (line {', '.join(map(str, lines))})")
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the imports that broke the contract."""
        for line in check.metadata["found"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()

    @staticmethod
    def _row(row: Any) -> tuple[str, frozenset[str]]:
        package, _, allowed = str(row).partition(":")
        return package.strip(), frozenset(allowed.split())


def _package(module: str, root: str) -> str | None:
    """The row that a module belongs to: its package below the root, or the root itself; None for foreign modules."""
    if module == root:
        return root
    if not module.startswith(root + "."):
        return None
    return module.removeprefix(root + ".").split(".")[0]
