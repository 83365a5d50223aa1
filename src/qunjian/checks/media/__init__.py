"""Checks of media: file names and types, codes in pictures, pictures on a team's own list; one file per kind."""
