"""Questions answered from a state: which models, where hosted, what changed, in words."""
