"""The worker as a process of its own; `qunjian serve` starts it with its environment prepared."""

from __future__ import annotations

import os
import signal

from qunjian_console.config.environment import load


def main() -> None:
    """Work until asked to end; the job under way is left to the reaper."""
    load()
    from qunjian_console.jobs.worker import run

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor tells us
    parent = os.getppid()
    run(lambda: os.getppid() != parent)  # a supervisor that was killed cannot tell us


if __name__ == "__main__":
    main()
