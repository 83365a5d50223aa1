"""The only room that opens pictures: what a file is by its content, codes in it, its likeness, text read from it."""
