"""The parts a report is made of: one function each, from material to blocks."""
