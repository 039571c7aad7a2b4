"""The one way to read a file with care, and the one way to replace one."""

from imgmodels_tui.files.access import make_folder, make_like, mode_beside, remove_access_lists
from imgmodels_tui.files.reading import (
    Unreadable,
    UnusableFile,
    is_denied,
    is_read_only,
    may_exist,
    read_file,
    read_lines,
    reason,
)
from imgmodels_tui.files.replacing import (
    create_file,
    hard_link,
    link_target,
    remove_leftovers,
    remove_old_leftovers,
    replace_file,
)

__all__ = [
    "Unreadable",
    "UnusableFile",
    "create_file",
    "hard_link",
    "is_denied",
    "is_read_only",
    "link_target",
    "make_folder",
    "make_like",
    "may_exist",
    "mode_beside",
    "read_file",
    "read_lines",
    "reason",
    "remove_access_lists",
    "remove_leftovers",
    "remove_old_leftovers",
    "replace_file",
]
