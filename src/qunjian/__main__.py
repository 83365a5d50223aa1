"""Lets `python -m qunjian` be the command line."""

from qunjian.cli.main import main

if __name__ == "__main__":
    main()
