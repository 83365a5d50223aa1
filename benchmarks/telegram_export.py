"""Writes a Telegram Desktop export of Chinese messages for the benchmarks: any size, the same bytes for the same seed.

Shape: one supergroup, Telegram's own indented JSON, `text` and `text_entities`, replies, media, service messages,
edits, about 450 bytes a message (224 MB for 500,000). Words follow a Zipf law over common words, lengths a log-normal.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

WORD_LIST = (
    "的 是 了 我 你 他 她 在 有 就 都 不 也 很 这个 那个 大家 今天 明天 "
    "昨天 晚上 早上 中午 一下 可以 觉得 知道 时候 问题 怎么 为什么 什么 谢谢 "
    "好的 收到 哈哈 老师 同学 课程 作业 直播 回放 群里 消息 图片 视频 链接 手机 "
    "电脑 屏幕 电池 续航 价格 便宜 贵 优惠 活动 宝宝 奶粉 辅食 睡觉 疫苗 医院 "
    "幼儿园 妈妈 爸爸 看书 读完 章节 作者 小说 推荐 笔记 分享 讨论 周末 下班 "
    "加班 地铁 天气 下雨 太热 吃饭 外卖 火锅 奶茶 咖啡 减肥 跑步 健身 旅游 机票 "
    "酒店 拍照 相机 镜头 系统 更新 版本 功能 测试 反馈 客服 退款 发货 快递 收货 "
    "第一次 最近 真的 感觉 应该 可能 其实 不过 但是 所以 因为 如果 然后 最后 "
    "开始 结束 报名 打卡 坚持 加油 厉害 学习 进步 努力 一起 群主 管理员 公告 "
    "规则 禁止 广告 提醒 通知 时间 地点 安排 计划 目标 总结 经验 方法 技巧 资料 "
    "文件 下载 安装 设置 密码 账号"
)
WORDS = WORD_LIST.split()
PUNCTUATION = ("，", "。", "！", "？", "～", "…", " ", "、")
EMOJI = ("😂", "👍", "🙏", "🌹", "😭", "💪")


def _texts(random: np.random.Generator, count: int) -> list[str]:
    rank = np.arange(1, len(WORDS) + 1)
    weights = (1 / rank**0.8) / (1 / rank**0.8).sum()
    lengths = np.clip(random.lognormal(2.57, 0.75, count).astype(int), 1, 120)
    picks = random.choice(len(WORDS), int(lengths.sum()), p=weights)
    marks = random.random(picks.size)
    texts: list[str] = []
    at = 0
    for length in lengths:
        parts: list[str] = []
        for index in range(at, at + length):
            parts.append(WORDS[picks[index]])
            if marks[index] < 0.22:
                parts.append(PUNCTUATION[int(marks[index] * 1e6) % len(PUNCTUATION)])
            elif marks[index] > 0.985:
                parts.append(EMOJI[int(marks[index] * 1e6) % len(EMOJI)])
        texts.append("".join(parts))
        at += length
    return texts


def write_export(path: Path, messages: int, *, seed: int = 7, members: int = 800) -> None:
    """Write an export of `messages` records to `path`."""
    random = np.random.default_rng(seed)
    activity = 1 / np.arange(1, members + 1) ** 0.9
    senders = random.choice(members, messages, p=activity / activity.sum())
    gaps = random.exponential(120, messages)
    times = 1_700_000_000 + np.cumsum(gaps).astype(int)
    kinds = random.random(messages)
    texts = _texts(random, messages)
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n "name": "五十万条消息群",\n "type": "private_supergroup",\n "id": 1234567890,\n "messages": [\n')
        for index in range(messages):
            record = _record(index + 1, int(senders[index]), int(times[index]), float(kinds[index]), texts[index])
            block = json.dumps(record, ensure_ascii=False, indent=1)
            out.write("  " + block.replace("\n", "\n  ") + (",\n" if index + 1 < messages else "\n"))
        out.write(" ]\n}\n")


def _record(number: int, sender: int, at: int, kind: float, text: str) -> dict[str, object]:
    local = np.datetime64(at + 8 * 3600, "s").astype(str)
    who = {"name": f"成员{sender:04d}", "id": f"user{100000 + sender}"}
    record: dict[str, object] = {"id": number, "type": "message", "date": local, "date_unixtime": str(at)}
    if kind < 0.01:
        record["type"] = "service"
        return record | {
            "actor": who["name"], "actor_id": who["id"], "action": "join_group_by_link", "inviter": "Group", "text": "",
            "text_entities": [],
        }  # fmt: skip
    if kind > 0.97:
        record |= {"edited": local, "edited_unixtime": str(at + 30)}
    record |= {"from": who["name"], "from_id": who["id"]}
    if 0.01 <= kind < 0.2:
        record["reply_to_message_id"] = max(1, number - 1 - int(kind * 100))
    if 0.2 <= kind < 0.26:
        record |= {"photo": f"photos/photo_{number}@{local[:10]}.jpg", "width": 1080, "height": 1440}
        text = ""
    elif 0.26 <= kind < 0.29:
        record |= {
            "file": f"stickers/sticker ({number % 90}).webp", "media_type": "sticker", "sticker_emoji": "😂",
            "width": 512, "height": 512,
        }  # fmt: skip
        text = ""
    record["text"] = text
    record["text_entities"] = [{"type": "plain", "text": text}] if text else []
    return record


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--messages", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    write_export(given.path, given.messages, seed=given.seed)
    print(f"{given.path}: {given.path.stat().st_size / 1e6:.0f} MB")
