"""What states, sorts and reasons are called."""

from qunjian_console.language import say

STATES = {
    "open": say("待处理", "Open"),
    "silenced": say("已静默", "Silenced"),
    "confirmed": say("已确认", "Confirmed"),
    "refuted": say("已否定", "Refuted"),
    "unsure": say("存疑", "Unsure"),
}
SORTS = {
    "gravest": say("严重的在前", "Gravest first"),
    "newest": say("新的在前", "Newest first"),
    "oldest": say("旧的在前", "Oldest first"),
    "surest": say("把握大的在前", "Surest first"),
}
WHYS = {
    "data": say("数据变了：消息新导入、撤销、删除或编辑过", "Data: the message came, went or was edited"),
    "reach": say("范围不同：另一次没有看这些天或社群", "Reach: the other did not look at these days or communities"),
    "standard": say("标准变了：同一条消息，规则不同", "Standard: the same message, other rules"),
    "around": say("周围变了：相邻消息、职责等", "Around: messages beside it, duties and the like"),
}
