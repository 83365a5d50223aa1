"""The only room that touches characters: cleaning, folding, matching, segmenting, masking."""
