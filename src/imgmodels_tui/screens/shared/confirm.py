"""Before several models change at once: what would happen, then `enter` or `esc`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from imgmodels_tui.screens.shared.dialog import Dialog
from imgmodels_tui.widgets.details import ProposalSheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from imgmodels_tui.widgets.details import Proposal
    from imgmodels_tui.workspace.live import LiveWorkspace, Snapshot
    from imgmodels_tui.workspace.overview import Overview


class ConfirmDialog(Dialog[bool]):
    """Shows what a change would do to the newest state, also while others change it; answers True to go ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Apply", tooltip="Make these changes in one step", id="confirm.apply"),
        Binding("escape", "close", "Cancel", id="dialog.close"),
    ]

    def __init__(self, live: LiveWorkspace, heading: str, propose: Callable[[Overview], Proposal]) -> None:
        super().__init__()
        self._live, self._heading, self._propose = live, heading, propose
        self._ready = False

    def heading(self) -> str:
        """What would be done."""
        return self._heading

    def content(self) -> ComposeResult:
        """The proposal, scrolling where it is long."""
        with VerticalScroll():
            yield ProposalSheet()

    def on_mount(self) -> None:
        """Follow the workspace."""
        self.follow(self._live, self._show)

    def _show(self, snapshot: Snapshot) -> None:
        proposal = self._propose(snapshot.overview)
        self.query_one(ProposalSheet).show(proposal)
        self._ready = proposal.ready
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Offer to go ahead only where something would change."""
        return action != "apply" or self._ready

    def action_apply(self) -> None:
        """Go ahead."""
        self.dismiss(True)
