"""What a terminal can show beside characters, and how to find out; the package imports nothing else of this program.

- `ability` says what is known of a terminal, and chooses by which means it is shown a picture.
- `answers` holds what a terminal is asked, and takes its answers out of what is typed.
- `asking` waits for them, for a command that has the terminal to itself.
"""
