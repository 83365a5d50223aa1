"""The only room that computes intervals, quantiles and agreement."""
