"""Standard, indicator values and findings in; scorecards out."""
