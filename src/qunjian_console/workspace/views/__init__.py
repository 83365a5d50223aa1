"""The pages of workspace, a file per group."""
