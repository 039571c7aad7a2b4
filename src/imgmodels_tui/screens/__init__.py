"""The screens and dialogs, one module each."""
