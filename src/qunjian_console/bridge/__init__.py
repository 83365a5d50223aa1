"""The only room that knows the engine: opens the workspace, and hands its values to the pages."""
