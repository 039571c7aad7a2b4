"""Images as files, pixels and half blocks, with their metadata."""
