"""How a state file of an older schema becomes one of the newest: pure steps, one version at a time.

There has been one schema so far, so there is no step yet. The next one begins here: add `1: _from_1_to_2`, raise
`state.SCHEMA_VERSION`, and give the step a test with a real file of the old version. The first change that writes
the new schema keeps the old file beside it (`Locations.schema_backup`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from imgmodels_tui.workspace.state import SCHEMA_VERSION

Document = dict[str, Any]
"""A state file as parsed JSON."""

Migration = Callable[[Document], Document]
"""Returns the document as the next version writes it; raises `ValueError` with a clause where it cannot."""

MIGRATIONS: Final[Mapping[int, Migration]] = MappingProxyType({})
"""The step from each version to the next, by the version it starts from."""

UNSAID: Final = 1
"""The version of a file that does not say: the first one."""


class NotMigrated(Exception):
    """A file of an older schema is not what that schema allows; the message is a clause that says why."""


def migrate(document: Document, version: int, migrations: Mapping[int, Migration] = MIGRATIONS) -> Document:
    """Bring `document` from `version` to the newest schema, leaving the argument as it is. Raises `NotMigrated`.

    A version that no step starts from is left to the validation, which names the versions that it knows.
    """
    for step in range(version, SCHEMA_VERSION):
        if step not in migrations:
            break
        try:
            document = {**migrations[step](copy.deepcopy(document)), "schema_version": step + 1}
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise NotMigrated(f"is {step}, and cannot be brought to {step + 1}: {_clause(error)}") from error
    return document


def _clause(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, LookupError) else str(error)
