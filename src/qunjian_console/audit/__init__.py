"""The log of who did or saw what: chained, sealed, and still whole after an erasure."""
