"""What reviews do by the clock: verdicts reach the workspace within seconds, and before any report is made."""

from qunjian_console.reviews.services.exporting import export_verdicts

TICKERS = (export_verdicts,)
