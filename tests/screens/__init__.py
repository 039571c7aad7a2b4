"""The pages and dialogs, driven as a user drives them."""
