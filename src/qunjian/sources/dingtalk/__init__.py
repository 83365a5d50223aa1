"""Reads what a DingTalk robot was told: a biased sample of a group's talk."""
