"""A small pool of processes: results in the order of the tasks, few in flight, and nothing left behind by a kill."""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections import deque
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Generic, TypeVar

from qunjian.engines.arrow import spare_pandas
from qunjian.model.errors import QunjianError
from qunjian.model.mishaps import storage_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.process import BaseProcess

Task = TypeVar("Task")
Result = TypeVar("Result")
_TOLD = -1  # the number of a task whose result nobody wants
AHEAD = 2  # tasks a process may have: the one it works on and the next


class Pool(Generic[Task, Result]):
    """Processes that each apply one function. Open it before any other threads run: then it forks, which is cheap."""

    def __init__(self, function: Callable[[Task], Result], workers: int = 2) -> None:
        self._function = function
        self._connections: list[Connection] = []
        self._processes: list[BaseProcess] = []
        forked = may_fork()
        context = mp.get_context("fork") if forked else mp.get_context("spawn")
        for _ in range(workers):
            ours, theirs = context.Pipe()
            others = [*self._connections, ours] if forked else []
            process = context.Process(target=_work, args=(function, theirs, others), daemon=True)
            with _without_main():
                process.start()
            theirs.close()
            self._connections.append(ours)
            self._processes.append(process)
        self._told = 0

    def tell(self, task: Task) -> None:
        """Give every process a task of which only a failure is of interest; what comes later waits for it."""
        for connection in self._connections:
            _send(connection, task)
        self._told += 1

    def ordered(self, tasks: Iterable[Task], *, here: bool = False) -> Iterator[Result]:
        """Yield the results in the order of the tasks; tasks are taken as they are needed.

        here: where every process has enough to do, this one does the next task itself.
        """
        waiting: deque[int] = deque()
        done: dict[int, Result] = {}
        load = dict.fromkeys(self._connections, self._told)
        order = {connection: deque([_TOLD] * self._told) for connection in self._connections}
        self._told = 0
        room = (2 * AHEAD if here else AHEAD) * len(self._connections)
        for number, task in enumerate(tasks):
            waiting.append(number)
            if here:
                self._collect(load, order, done, 0)
            target = min(self._connections, key=load.__getitem__)
            if here and load[target] >= AHEAD:
                done[number] = self._function(task)
            else:
                _send(target, task)
                load[target] += 1
                order[target].append(number)
            while waiting and (len(waiting) >= room or waiting[0] in done):
                if waiting[0] in done:
                    yield done.pop(waiting.popleft())
                else:
                    self._collect(load, order, done)
        while waiting:
            if waiting[0] in done:
                yield done.pop(waiting.popleft())
            else:
                self._collect(load, order, done)

    def _collect(
        self,
        load: dict[Connection, int],
        order: dict[Connection, deque[int]],
        done: dict[int, Result],
        seconds: float | None = None,
    ) -> None:
        """Take the results that are there, waiting for one so long (None: until there is one)."""
        for ready in wait([connection for connection in self._connections if load[connection]], seconds):
            assert isinstance(ready, Connection)  # noqa: S101 (tells the type checker)
            number = order[ready].popleft()
            result: Result = _receive(ready)
            load[ready] -= 1
            if number != _TOLD:
                done[number] = result

    def close(self) -> None:
        """End the processes."""
        for connection in self._connections:
            connection.close()
        for process in self._processes:
            process.join(1)
            if process.is_alive():
                process.terminate()
                process.join()

    def __enter__(self) -> Pool[Task, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Keep a spawned process from running the caller's script again: our functions never live there."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def may_fork() -> bool:
    """Return whether no thread runs that a fork would cut off (jemalloc's own thread survives one)."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    names = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    return sum(not name.startswith("jemalloc") for name in names) == 1


def _send(connection: Connection, task: object) -> None:
    try:
        connection.send_bytes(pickle.dumps(task, protocol=5))
    except (BrokenPipeError, ConnectionResetError) as error:
        raise RuntimeError("a worker process died") from error


def _receive(connection: Connection) -> Result:  # type: ignore[type-var]
    try:
        good, value = pickle.loads(connection.recv_bytes())  # noqa: S301 (our own process)
    except (EOFError, ConnectionResetError) as error:
        raise RuntimeError("a worker process died (out of memory?)") from error
    if good:
        return value  # type: ignore[no-any-return]
    if isinstance(value, str):
        raise RuntimeError(value)
    what, where, todo = value
    raise QunjianError(what, where=where, todo=todo)


def _work(function: Callable[[object], object], connection: Connection, others: list[Connection]) -> None:
    """Apply the function to whatever comes, until the other end is closed or its process is gone."""
    for other in others:  # else our copies of them would keep a dead parent's workers waiting
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    spare_pandas()
    tasks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, tasks), daemon=True).start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while (data := tasks.get()) is not None:
            connection.send_bytes(_answer(function, data))
    os._exit(0)


def _listen(connection: Connection, tasks: queue.SimpleQueue[bytes | None]) -> None:
    """Take tasks as they come, so that the parent never waits for a busy process to listen."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            tasks.put(connection.recv_bytes())
    tasks.put(None)


def _answer(function: Callable[[object], object], data: bytes) -> bytes:
    try:
        return pickle.dumps((True, function(pickle.loads(data))), protocol=5)  # noqa: S301 (our own process)
    except QunjianError as error:
        return pickle.dumps((False, (error.what, error.where, error.todo)), protocol=5)
    except Exception as error:
        told = storage_error(error)
        if told is not None:
            return pickle.dumps((False, (told.what, told.where, told.todo)), protocol=5)
        return pickle.dumps((False, traceback.format_exc()), protocol=5)
