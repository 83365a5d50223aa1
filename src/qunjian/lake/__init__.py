"""The lake of facts: acts, visibility, claims, undo, compaction, erasure."""
