"""The rules, the state file and everything that is said about them."""
