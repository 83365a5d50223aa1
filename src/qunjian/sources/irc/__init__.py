"""Logs of IRC channels as clients, bouncers and bots write them."""
