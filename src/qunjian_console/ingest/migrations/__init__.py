"""The steps by which the tables of imports came to be."""
