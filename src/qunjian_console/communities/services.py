"""Has the newest state drawn when somebody looks at it."""

from __future__ import annotations

from qunjian_console.audit.services import PROGRAM
from qunjian_console.bridge.albums import album_of, anything_to_draw
from qunjian_console.communities.handlers import DRAW, Wanted
from qunjian_console.communities.selectors import Picture, last_try
from qunjian_console.jobs.models import OPEN, State
from qunjian_console.jobs.services import enqueue


def picture(period: str | None = None) -> Picture:
    """Return how the communities stand; when that is not drawn yet, or is of an earlier state, have it drawn."""
    album, fresh = album_of(period)
    if fresh or not anything_to_draw():
        return Picture(album, fresh)
    job = last_try(period)
    if job is not None and job.state == State.FAILED and album is None:
        return Picture(None, fresh=False, job=job)
    if job is None or job.state not in OPEN:
        job = enqueue(DRAW.kind, Wanted(period), PROGRAM, once=f"{DRAW.kind}:{period or ''}")
    return Picture(album, fresh=False, job=job)
