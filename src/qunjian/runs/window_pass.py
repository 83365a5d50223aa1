"""The window rules of one run beside the message pass: searches that need no text run meanwhile, the others after."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from qunjian.checks.windows.gathering import Gathered
from qunjian.checks.windows.running import (
    found_in_windows,
    gatherers,
    longest_look_back,
    reads_texts,
    reported,
)
from qunjian.runs.message_pass import reread

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from qunjian.checks.windows.contract import Found, WindowContext, WindowReport, WindowRule
    from qunjian.lake.portions import Portion


class WindowPass:
    """Window rules: `begin` with the portions, `add` what was gathered from each, `finish`."""

    def __init__(self, rules: Sequence[WindowRule], context: WindowContext) -> None:
        self._context = context
        self._read = [rule for rule in rules if reads_texts(rule)]
        self._others = [rule for rule in rules if not reads_texts(rule)]
        self.gatherers = gatherers(self._read)
        self._gathered: Gathered | None = None
        self._thread = ThreadPoolExecutor(1)
        self._meanwhile: Future[list[Found]] | None = None

    @property
    def reads_from(self) -> dt.datetime | None:
        """Return from when on messages are read: what windows look back on lies before the judged span."""
        first = self._context.first
        return first - longest_look_back(self._read, self._context) if first is not None else None

    def begin(self, portions: Sequence[Portion]) -> None:
        """Start the searches that need no text."""

        def again(portion: int, places: npt.NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
            return reread(portions[portion], places, columns)

        self._gathered = Gathered(self._context.session, self.gatherers, again)
        self._meanwhile = self._thread.submit(partial(found_in_windows, self._others, self._context))

    def add(self, portion: int, taken: Sequence[Sequence[pa.RecordBatch]]) -> None:
        """Take what the message pass gathered from one portion."""
        if self._gathered is not None:
            self._gathered.add(portion, taken)

    def finish(self) -> WindowReport:
        """Return the findings of all rules."""
        found = self._meanwhile.result() if self._meanwhile is not None else []
        context = msgspec.structs.replace(self._context, gathered=self._gathered)
        return reported([*found, *found_in_windows(self._read, context)], context)

    def close(self) -> None:
        """Wait for what still runs: the session is closed next."""
        self._thread.shutdown()
