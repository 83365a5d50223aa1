"""Trained text models: hashed n-grams of characters and syllables, a linear model over them, and its card."""
