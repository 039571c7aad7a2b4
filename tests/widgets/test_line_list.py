"""The list that draws its own lines: it draws what is visible, and anew only what changed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Region

from imgmodels_tui.record import Record
from imgmodels_tui.widgets.glyphs import Glyphs
from imgmodels_tui.widgets.line import Line
from imgmodels_tui.widgets.line_list import MARKER, LineList
from imgmodels_tui.widgets.themed import ThemedApp


class Item(Record):
    key: str | None
    text: str


class Recorded(LineList[Item]):
    """A list that remembers which rows it drew and which regions it asked to have drawn again."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self.asked: list[Region] = []

    def draw(self, row: Item, line: Line) -> None:
        self.drawn.append(row.text)
        line.add(row.text)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Recorded:
        self.asked.extend(regions or (self.size.region,))
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def forget(self) -> None:
        self.drawn.clear()
        self.asked.clear()


class Tiny(ThemedApp[None]):
    CSS = "LineList { height: 1fr; }"
    glyphs = Glyphs()

    def compose(self) -> ComposeResult:
        yield Recorded()


def items(count: int, **changed: str) -> list[Item]:
    return [Item(f"k{n}", changed.get(f"k{n}", f"row {n}")) for n in range(count)]


async def test_ten_thousand_rows_draw_only_what_is_visible() -> None:
    app = Tiny()
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(Recorded)
        listed.focus()
        listed.update(items(10_000))
        await pilot.pause()
        assert set(listed.drawn) == {f"row {n}" for n in range(10)}
        listed.forget()
        await pilot.press("end")
        await pilot.pause()
        assert set(listed.drawn) == {f"row {n}" for n in range(9_990, 10_000)}


async def test_a_step_of_the_cursor_draws_two_cells_of_two_rows() -> None:
    app = Tiny()
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(Recorded)
        listed.focus()
        listed.update(items(10_000))
        await pilot.press("down", "down")
        listed.forget()
        await pilot.press("down")
        assert listed.asked == [Region(0, 2, MARKER, 1), Region(0, 3, MARKER, 1)]
        await pilot.pause()
        assert set(listed.drawn) <= {"row 2", "row 3"}


async def test_an_update_draws_only_the_rows_that_differ() -> None:
    app = Tiny()
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(Recorded)
        listed.update(items(50))
        await pilot.pause()
        listed.forget()
        listed.update(items(50, k4="changed"))
        assert listed.asked == [Region(0, 4, 40, 1)]
        await pilot.pause()
        assert set(listed.drawn) == {"changed"}


async def test_an_update_without_a_difference_draws_nothing() -> None:
    app = Tiny()
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(Recorded)
        listed.update(items(50))
        await pilot.pause()
        listed.forget()
        listed.update(items(50))
        await pilot.pause()
        assert not listed.drawn
        assert not listed.asked


async def test_the_cursor_stays_on_its_row_when_others_leave() -> None:
    app = Tiny()
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(Recorded)
        listed.update(items(50))
        assert listed.move_to("k30")
        listed.update([item for item in items(50) if item.key and int(item.key[1:]) % 2 == 0])
        await pilot.pause()
        assert listed.current == Item("k30", "row 30")
        assert listed.scroll_offset.y <= listed.position < listed.scroll_offset.y + 10


async def test_the_cursor_skips_headings_and_stands_nowhere_in_an_empty_list() -> None:
    app = Tiny()
    async with app.run_test(size=(40, 10)) as pilot:
        listed = app.query_one(Recorded)
        listed.focus()
        listed.update([Item(None, "A"), Item("a", "a"), Item(None, "B"), Item("b", "b")])
        assert listed.current == Item("a", "a")
        await pilot.press("down")
        assert listed.current == Item("b", "b")
        listed.update([])
        assert listed.current is None
        await pilot.press("down", "up", "end", "home", "pagedown", "pageup")
        assert listed.current is None
        listed.update([Item(None, "A")])
        await pilot.press("down")
        assert listed.current is None
