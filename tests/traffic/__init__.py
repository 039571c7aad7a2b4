"""What the program sends to a terminal: how many bytes a key costs, and that the picture is right all the same."""
