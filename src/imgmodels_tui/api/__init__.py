"""The HTTP API for other programs: it speaks OpenAI's images API and obeys the workspace."""
