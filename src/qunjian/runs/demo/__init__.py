"""An invented world of five Chinese communities with planted truths, written in the formats teams really bring."""
