"""What this workspace allows: its state, the rules that change it, and where it is kept."""
