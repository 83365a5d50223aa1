"""Signs that a record may not be whole or may have been changed: evidence for people to judge, never an accusation."""
