"""Where expressions and checks run."""
