"""Lets `python -m imgmodels_tui` do what `imgmodels` does."""

from imgmodels_tui.cli import main

if __name__ == "__main__":
    main()
