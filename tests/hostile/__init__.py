"""A catalog and a history in which every free text is one that a terminal would act on."""

import unicodedata

from tests.cli.conftest import NEWCOMER

MARKUP = ("[/x]", "[@click=app.quit]click[/]", "[bold", "[red]x[/red]", "$accent [link=x]", "\\[", "[")
"""Text that the toolkit would read as markup: an error, an action, a style."""


def harmful(text: str) -> list[str]:
    """The characters of `text` that a terminal could act on, line feeds aside."""
    return [
        f"U+{ord(character):04X}"
        for character in sorted(set(text))
        if (character != "\n" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"})
        or 0xFE00 <= ord(character) <= 0xFE0F
    ]


def hostile_change(text: str, model: str, revision: int) -> dict[str, object]:
    """A change by a user of that name to a model of that id."""
    return {
        "revision": revision,
        "at": "2026-11-22T10:00:00Z",
        "by": text,
        "action": text[:30],
        "models": [model],
        "enabled": [model],
        "default_model": {"from": model, "to": "flux-2-pro"},
        text: text,
    }


def hostile_catalog(text: str) -> str:
    """A file of a workspace's catalog with a model, its maker, its host and a guide of that name, in TOML."""
    text = text.encode("unicode_escape").decode().replace("\\x", "\\u00")
    model = NEWCOMER.replace("flux-0]", "evil]").replace('"FLUX 0"', f'"{text}"').replace('"flux-0"', f'"{text}"')
    return f"""{model}
country = "{text}"
outputs = ["{text}"]
notes = [{{ text = "{text}", source = "evil" }}]
list_price = {{ amount = 1, currency = "USD", tier = "{text}", source = "evil" }}

[sources.evil]
name = "{text}"

[makers.black-forest-labs]
name = "{text}"

[hosts.black-forest-labs]
name = "{text}"

[guide.evil]
name = "{text}"
recommended = [{{ model = "evil", reason = "{text}" }}]
"""
