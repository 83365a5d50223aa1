"""Plain references of every indicator: loops over lists of dicts, as one would count by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import product
from zoneinfo import ZoneInfo

ONE = dt.timedelta(days=1)
LONG_AGO, FAR_AHEAD = dt.date(1, 1, 2), dt.date(9999, 1, 1)


class World:
    """One community: `messages`, `events`, `roster`, `sizes` are lists of dicts; `roles` what people stated."""

    def __init__(self, zone, messages, events=(), roster=(), sizes=(), roles=None, bots=False, staff=True):
        self.zone, self.roles = ZoneInfo(zone), roles or {}
        self.events, self.roster, self.sizes = list(events), list(roster), list(sizes)
        self.posts = [m for m in messages if m["kind"] not in ("system", "recall")]
        self.everyone = [m for m in messages if m["kind"] not in ("system", "recall")]
        stamps = [x["at"] for x in [*messages, *self.events]]
        self.record = (self.day(min(stamps)), self.day(max(stamps))) if stamps else None
        self.bots, self.staff = bots, staff
        self.posts = [m for m in self.posts if m["account"] is None or self.counts(m["account"])]
        self.events = [e for e in self.events if self.counts(e["account"])]
        self.roster_counted = [r for r in self.roster if self.counts(r["account"])]

    def day(self, at):
        return at.astimezone(self.zone).date()

    def role(self, account):
        if account in self.roles:
            return self.roles[account]
        listed = [r["role"] for r in self.roster if r["account"] == account]
        if listed and listed[0] != "member":
            return listed[0]
        names = [m["name"] for m in self.everyone if m["account"] == account]
        botlike = names and all(n and n.endswith(("bot", "Bot", "BOT", "机器人")) for n in names)
        return "bot" if botlike else "member"

    def counts(self, account):
        role = self.role(account)
        return (self.bots or role != "bot") and (self.staff or role not in ("owner", "admin", "staff"))

    def within(self, period):
        return [m for m in self.posts if period.first <= self.day(m["at"]) < period.after]

    def said(self, first, after):
        return {m["account"] for m in self.posts if m["account"] and first <= self.day(m["at"]) < after}

    def days(self, period):
        first, last = max(period.first, self.record[0]), min(period.after - ONE, self.record[1])
        return [first + ONE * i for i in range((last - first).days + 1)]


def reason(w, period, look_back=0):
    if w.record is None or period.first > w.record[1] or period.after <= w.record[0]:
        return "outside_record"
    return "history_too_short" if look_back and w.record[0] > period.first - ONE * look_back else None


def divided(a, b, empty="no_one_to_count"):
    return empty if b == 0 else a / b


def speakers(w, p):
    return len(w.said(p.first, p.after))


def daily_speakers(w, p):
    return sum(len(w.said(d, d + ONE)) for d in w.days(p)) / len(w.days(p))


def stickiness(w, p):
    daily = sum(len(w.said(d, d + ONE)) for d in w.days(p))
    return divided(daily, sum(len(w.said(d - ONE * 27, d + ONE)) for d in w.days(p)))


def posts(w, p):
    return len(w.within(p))


def posts_per_speaker(w, p):
    return divided(sum(1 for m in w.within(p) if m["account"]), speakers(w, p))


def hours(w, p):
    local = [m["at"].astimezone(w.zone) for m in w.within(p)]
    return Counter(f"{at.isoweekday()}-{at.hour:02d}" for at in local)


def content_kinds(w, p):
    return Counter(m["kind"] for m in w.within(p))


def mention_rate(w, p):
    return divided(sum(1 for m in w.within(p) if m["mentions"]), posts(w, p))


def media_coverage(w, p):
    def unread(m):
        plain = m["kind"] in ("sticker", "link", "red_packet", "location", "card")
        return m["kind"] in ("image", "voice", "video", "file") or (m["attached"] and not plain)

    return divided(sum(1 for m in w.within(p) if not unread(m)), posts(w, p))


def reply_rate(w, p):
    by_id = {m["id"]: m for m in w.posts if m["account"]}
    answered = set()
    for m in w.posts:
        target = by_id.get(m["reply_to"])
        if target and m["account"] and m["account"] != target["account"]:
            answered.add(target["id"])
    mine = [m for m in w.within(p) if m["account"]]
    return divided(sum(1 for m in mine if m["id"] in answered), len(mine))


def gini(values):
    if not values or not sum(values):
        return "no_one_to_count"
    return sum(abs(a - b) for a, b in product(values, values)) / (2 * len(values) * sum(values))


def gini_speakers(w, p):
    return gini(list(Counter(m["account"] for m in w.within(p) if m["account"]).values()))


def gini_members(w, p):
    here = members_during(w, p)
    if here is None:
        return "no_roster"
    said = Counter(m["account"] for m in w.within(p) if m["account"])
    return gini(list(said.values()) + [0] * max(here - len(said), 0))


def staff_share(w, p):
    team = ("owner", "admin", "staff")
    known = {m["account"] for m in w.everyone} | {r["account"] for r in w.roster} | set(w.roles)
    if not any(w.role(a) in team for a in known if a):
        return "no_staff"
    mine = [m for m in w.everyone if m["account"] and p.first <= w.day(m["at"]) < p.after]
    mine = [m for m in mine if w.bots or w.role(m["account"]) != "bot"]
    return divided(sum(1 for m in mine if w.role(m["account"]) in team), len(mine))


def new_speakers(w, p):
    return len(w.said(p.first, p.after) - w.said(LONG_AGO, p.first))


def returning_speakers(w, p):
    return len(w.said(p.first, p.after) & w.said(p.previous().first, p.first))


def resurrected_speakers(w, p):
    earlier = w.said(LONG_AGO, p.previous().first) - w.said(p.previous().first, p.first)
    return len(w.said(p.first, p.after) & earlier)


def dormant_speakers(w, p):
    return len(w.said(p.previous().first, p.first) - w.said(p.first, p.after))


def retention(n):
    def measured(w, p):
        debut = {}
        for m in sorted(w.posts, key=lambda m: m["at"]):
            if m["account"]:
                debut.setdefault(m["account"], w.day(m["at"]))
        cohort = {a: d for a, d in debut.items() if p.first <= d < p.after and d + ONE * n < w.record[1]}
        late = p.after - ONE + ONE * n >= w.record[1]
        kept = sum(1 for a, d in cohort.items() if a in w.said(d + ONE * n, d + ONE * (n + 1)))
        return divided(kept, len(cohort), "not_yet_observed" if late else "no_one_to_count")

    return measured


def joined_on(w):
    return {(e["account"], w.day(e["at"])) for e in w.events if e["kind"] in ("joined", "invited")} | {
        (r["account"], w.day(r["joined"])) for r in w.roster_counted if r["joined"]
    }


def left_on(w):
    return {(e["account"], w.day(e["at"])) for e in w.events if e["kind"] in ("left", "kicked")} | {
        (r["account"], w.day(r["left"])) for r in w.roster_counted if r["left"]
    }


def joins(w, p):
    return sum(1 for _, d in joined_on(w) if p.first <= d < p.after)


def leaves(w, p):
    return sum(1 for _, d in left_on(w) if p.first <= d < p.after)


def net_growth(w, p):
    return joins(w, p) - leaves(w, p)


def newcomer_activation(w, p):
    first = {}
    for account, day in sorted(joined_on(w), key=lambda one: one[1]):
        first.setdefault(account, day)
    cohort = {a: d for a, d in first.items() if p.first <= d < p.after and d + ONE * 7 < w.record[1]}
    spoke = sum(1 for a, d in cohort.items() if a in w.said(d, d + ONE * 8))
    late = p.after - ONE + ONE * 7 >= w.record[1]
    return divided(spoke, len(cohort), "not_yet_observed" if late else "no_one_to_count")


def stays(w, account):
    """Return [(first day, last day)] of an account, both included."""
    seen = [(e["at"], 0, "join") for e in w.events if e["account"] == account and e["kind"] in ("joined", "invited")]
    seen += [(e["at"], 3, "leave") for e in w.events if e["account"] == account and e["kind"] in ("left", "kicked")]
    spoken = {}
    for m in w.posts:
        if m["account"] == account:
            spoken[w.day(m["at"])] = min(m["at"], spoken.get(w.day(m["at"]), m["at"]))
    seen += [(at, 1, "spoke") for at in spoken.values()]
    newest = max(r["seen"] for r in w.roster if r["complete"])
    current = False
    for r in (r for r in w.roster_counted if r["account"] == account):
        seen += [(r["joined"], 0, "join")] * bool(r["joined"])
        seen += [(r["left"], 3, "leave")] if r["left"] else [(r["seen"], 2, "listed")]
        current = current or (not r["left"] and r["seen"] >= newest)
    seen.sort(key=lambda one: one[:2])
    facts = {fact for _, _, fact in seen}
    found, start = [], None
    for number, (at, _, fact) in enumerate(seen):
        if fact == "leave":
            if start is not None or number == 0:
                found.append((start or LONG_AGO, w.day(at)))
            start = None
        elif start is None:
            from_before = number == 0 and fact != "join" and "join" not in facts and facts != {"spoke"}
            start = LONG_AGO if from_before else w.day(at)
    if start is not None:
        still = current or seen[-1][0] > newest
        found.append((start, FAR_AHEAD if still else w.day(seen[-1][0])))
    return found


def all_stays(w):
    accounts = {m["account"] for m in w.posts} | {e["account"] for e in w.events}
    accounts |= {r["account"] for r in w.roster_counted}
    return {a: stays(w, a) for a in accounts if a}


def newest_size(w, before):
    near = [s for s in w.sizes if before - ONE * 31 <= w.day(s["at"]) < before]
    return max(near, key=lambda s: (s["at"], s["members"]))["members"] if near else None


def listed(w):
    return any(r["complete"] for r in w.roster)


def recorded_end(w, p):
    return max(min(p.after, w.record[1] + ONE), p.first)


def present(w, day):
    """Return the members at the start of a local day."""
    return {a for a, some in all_stays(w).items() if any(first < day <= last for first, last in some)}


def members(w, p):
    if listed(w):
        return len(present(w, recorded_end(w, p)))
    size = newest_size(w, recorded_end(w, p))
    return "no_roster" if size is None else size


def members_during(w, p):
    if listed(w):
        return sum(1 for some in all_stays(w).values() if any(a < p.after and b >= p.first for a, b in some))
    size = newest_size(w, recorded_end(w, p))
    return newest_size(w, p.first) if size is None else size


def active_ratio(w, p):
    here = members_during(w, p)
    return "no_roster" if here is None else divided(speakers(w, p), here)


def posts_per_member(w, p):
    here = members_during(w, p)
    return "no_roster" if here is None else divided(posts(w, p), here)


def silent_members(w, p):
    here = members_during(w, p)
    return "no_roster" if here is None else max(here - speakers(w, p), 0)


def leave_rate(w, p):
    if not listed(w):
        size = newest_size(w, p.first)
        return "no_roster" if size is None else divided(leaves(w, p), size)
    gone = [a for a, some in all_stays(w).items() if any(first < p.first <= last < p.after for first, last in some)]
    return divided(len(gone), len(present(w, p.first)))


# Texts with the verdict of a reader: whether they say nothing of their own.
TEXTS = {
    "hi": True, "顶": True, "６６６": True, "谢谢！": True, "👍": True, "哈哈哈": True, "": None,
    "明天几点开会": False, "？": False, "书单在 https://a.example/b": False, "第三章很难懂": False,
}  # fmt: skip


def valid_content_rate(w, p):
    readable = [m for m in w.everyone if m["text"] or m["kind"] == "sticker"]
    saying = 0
    inside = [m for m in w.within(p) if m in readable]
    for m in inside:
        day_before = [
            o for o in readable
            if o["account"] == m["account"] and o["text"] == m["text"] and dt.timedelta(0) <= m["at"] - o["at"] <= ONE
            and (o["at"], o["id"]) < (m["at"], m["id"])
        ]  # fmt: skip
        again = m["account"] is not None and m["text"] != "？" and bool(day_before)
        saying += m["kind"] != "sticker" and not TEXTS[m["text"]] and not again
    return divided(saying, len(inside))


NAIVE = {
    "speakers": speakers, "daily_speakers": daily_speakers, "stickiness": stickiness, "posts": posts,
    "posts_per_speaker": posts_per_speaker, "members": members, "active_ratio": active_ratio,
    "posts_per_member": posts_per_member, "silent_members": silent_members, "joins": joins, "leaves": leaves,
    "net_growth": net_growth, "leave_rate": leave_rate, "new_speakers": new_speakers,
    "returning_speakers": returning_speakers, "resurrected_speakers": resurrected_speakers,
    "dormant_speakers": dormant_speakers, "retention_day1": retention(1), "retention_day7": retention(7),
    "retention_day30": retention(30), "newcomer_activation": newcomer_activation, "reply_rate": reply_rate,
    "mention_rate": mention_rate, "gini_speakers": gini_speakers, "gini_members": gini_members,
    "staff_share": staff_share, "media_coverage": media_coverage, "valid_content_rate": valid_content_rate,
}  # fmt: skip
PARTS = {"hours": hours, "content_kinds": content_kinds}
LOOK_BACK = {
    "stickiness": 27, "new_speakers": 1, "returning_speakers": 1, "resurrected_speakers": 1, "dormant_speakers": 1,
    "retention_day1": 1, "retention_day7": 1, "retention_day30": 1,
}  # fmt: skip
