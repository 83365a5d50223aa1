"""Opens a workspace: the folder that holds the lake, the standards and the decisions."""
