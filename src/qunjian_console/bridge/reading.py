"""One session on the lake as it stands now, opened once for each state and shared by all pages."""

from __future__ import annotations

from contextlib import closing, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from qunjian.engines.arrow import spare_pandas
from qunjian_console.bridge.opening import workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qunjian.engines.local import Session
    from qunjian.lake.visibility import Visible

_MEMORY_MB = 512


class Reading(NamedTuple):
    """A session and the acts it sees."""

    session: Session
    visible: Visible

    @property
    def newest_run(self) -> str | None:
        """Return the newest inspection."""
        return next(reversed(self.visible.of("inspect")), None)


class _Shared:
    """The session all pages share: opening one costs a tenth of a second, a look at the state of the lake little."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state: tuple[str, ...] = ()
        self._session: Session | None = None

    def session(self) -> Reading:
        lake = workspace().lake
        visible = lake.visible()
        state = (str(lake.root), *visible.of())
        with self._lock:
            if self._session is None or self._state != state:
                if self._session is not None:
                    self._session.close()  # whoever still reads has a connection of their own
                spare_pandas()
                self._session, self._state = lake.session(_MEMORY_MB, visible=visible), state
            return Reading(self._session.beside(), visible)


_SHARED = _Shared()


@contextmanager
def reading() -> Iterator[Reading]:
    """Yield a session on what is visible now."""
    found = _SHARED.session()
    with closing(found.session):
        yield found
