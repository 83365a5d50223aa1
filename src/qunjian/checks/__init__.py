"""The kinds of content check, the runner, and the packs of rules."""
