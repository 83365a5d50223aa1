"""What the worker's clock starts: scheduled inspections."""

from django.utils import timezone

from qunjian_console.inspections.services.scheduling import start_due


def start_scheduled() -> None:
    """Start what is due now."""
    start_due(timezone.now())


TICKERS = (start_scheduled,)
