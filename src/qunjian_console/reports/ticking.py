"""What reports do by the clock."""

from qunjian_console.reports.ordering import run_due

TICKERS = (run_due,)
