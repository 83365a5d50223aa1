"""What happens to reviews, as kinds of audit entry; reasons and marks are about whose message was judged."""

from qunjian_console.audit.kinds import Kind
from qunjian_console.reviews.models import Outcome, Verdict

_VERDICTS = {"verdict": {str(code): text for code, text in Verdict.choices} | {"": "—"}}

PLANNED = Kind(
    "reviews.planned", "{actor} 制定了复核计划 {name}", "{actor} made the review plan {name}", facts=("name", "wish")
)
DRAWN = Kind(
    "reviews.drawn", "复核计划 {name} 抽出 {items} 条", "The review plan {name} drew {items} items",
    facts=("name", "items", "run", "version"),
)  # fmt: skip
CLOSED = Kind(
    "reviews.closed", "{actor} 结束了复核计划 {name}", "{actor} closed the review plan {name}", facts=("name",)
)
CLAIMED = Kind(
    "reviews.claimed", "{actor} 领取并查看了待复核的条目：{items}", "{actor} took and read items to review: {items}",
    facts=("items",),
)  # fmt: skip
RELEASED = Kind("reviews.released", "{actor} 放回了条目：{items}", "{actor} put items back: {items}", facts=("items",))
JUDGED = Kind(
    "reviews.judged", "{actor} 判定 {subject}：{verdict}", "{actor} judged {subject}: {verdict}",
    facts=("verdict", "version", "score", "finding"), personal=("reason", "marks", "causes"), words=_VERDICTS,
)  # fmt: skip
SKIPPED = Kind(
    "reviews.skipped", "{actor} 跳过了 {subject}：{reason}", "{actor} skipped {subject}: {reason}",
    facts=("version",), personal=("reason",),
)  # fmt: skip
UNDONE = Kind(
    "reviews.undone", "{actor} 撤销了对 {subject} 的判定", "{actor} took back the decision on {subject}",
    facts=("verdict", "version"), words=_VERDICTS,
)  # fmt: skip
LINKED = Kind(
    "reviews.linked", "{actor} 登记了 {subject} 在群里是谁", "{actor} noted who {subject} is in the communities",
    personal=("person", "accounts"),
)  # fmt: skip
CARRIED = Kind(
    "reviews.carried", "接管了工作区里已有的复核结论：{count} 条",
    "Verdicts that stood in the workspace were taken over: {count}",
    facts=("count",),
)  # fmt: skip

APPEALED = Kind(
    "reviews.appealed", "{actor} 提出申诉（{subject}）：{reason}", "{actor} appealed ({subject}): {reason}",
    facts=("files",), personal=("reason",),
)  # fmt: skip
APPEAL_WITHDRAWN = Kind("reviews.appeal_withdrawn", "{actor} 撤回了 {subject}", "{actor} withdrew {subject}")
APPEAL_RAISED = Kind(
    "reviews.appeal_raised", "{actor} 申请终审 {subject}", "{actor} asked for final judgement: {subject}"
)
_OUTCOMES = {"outcome": {str(code): text for code, text in Outcome.choices}}
APPEAL_DECIDED = Kind(
    "reviews.appeal_decided", "{actor} 裁定 {subject}：{outcome}", "{actor} decided {subject}: {outcome}",
    facts=("outcome",), personal=("reason",), words=_OUTCOMES,
)  # fmt: skip
APPEAL_FINAL = Kind(
    "reviews.appeal_final", "{actor} 终审 {subject}：{outcome}", "{actor} judged {subject} finally: {outcome}",
    facts=("outcome",), personal=("reason",), words=_OUTCOMES,
)  # fmt: skip

KINDS = (PLANNED, DRAWN, CLOSED, CLAIMED, RELEASED, JUDGED, SKIPPED, UNDONE, LINKED, CARRIED,
         APPEALED, APPEAL_WITHDRAWN, APPEAL_RAISED, APPEAL_DECIDED, APPEAL_FINAL)  # fmt: skip
