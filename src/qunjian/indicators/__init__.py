"""The indicators, one file per group of them, as portable expressions."""
