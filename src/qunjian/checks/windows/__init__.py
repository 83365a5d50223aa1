"""The kinds of check that need many messages at once: repeats, floods, @all, slow answers.

Use: build `contract.WindowRule`s, one `contract.WindowContext`, then `running.inspect_windows(rules, context)`.
"""
