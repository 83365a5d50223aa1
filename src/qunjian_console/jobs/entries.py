"""What happens to jobs, as kinds of audit entry; parameters may name people and are kept apart."""

from qunjian_console.audit.kinds import Kind
from qunjian_console.jobs.models import State

ENQUEUED = Kind(
    "jobs.enqueued",
    "{actor} 启动了任务 {kind}",
    "{actor} started a job {kind}",
    facts=("kind",),
    personal=("parameters",),
)
CANCELLED = Kind("jobs.cancelled", "{actor} 取消了任务 {kind}", "{actor} cancelled a job {kind}", facts=("kind",))
RETRIED = Kind("jobs.retried", "{actor} 重试了任务 {kind}", "{actor} tried a job {kind} again", facts=("kind",))
ENDED = Kind(
    "jobs.ended",
    "任务 {kind} 结束：{state}",
    "A job {kind} ended: {state}",
    facts=("kind", "state", "attempt"),
    words={"state": {str(code): text for code, text in State.choices}},
)

KINDS = (ENQUEUED, CANCELLED, RETRIED, ENDED)
