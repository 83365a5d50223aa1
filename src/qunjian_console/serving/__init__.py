"""One command that prepares everything and runs the web server and the worker."""
