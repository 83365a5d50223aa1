"""The chatlab format."""
