"""The sentences about wrong rules and standards, word for word: file, line, what, and the nearest valid name."""

from __future__ import annotations

from pathlib import Path

import pytest

from qunjian.model.catalogue import Catalogue
from qunjian.model.problems import WrittenError
from qunjian.runs.rule_files import check_rule_file, validate
from qunjian.standards.loading import load_standard

GOLDEN = Path(__file__).parent / "golden"
CATALOGUE = Catalogue(
    rules={"spam.flooding": ("刷屏", "Flooding"), "fraud.account_trade": ("卖号", "Account trade")},
    packs={"spam": ("spam.flooding",), "fraud": ("fraud.account_trade",)},
    indicators={"active_ratio": ("活跃率", "Active ratio"), "reply_rate": ("被回复率", "Reply rate")},
)

BAD_RULE = """\
id: contact.wechatid
name: {zh: 公开留微信号, en: WeChat id}
severity: majr
categry: spam
basis: [{law: 中华人民共和国广告法}]
scope: {kinds: [text, lnk]}
detect: {kind: phrases, words: [加微信]}
samples:
  hit: [加微信领资料, 加微信进群]
  pass:
    - - {at: 10点, by: 甲, text: 早}
      - {at: 10:00, by: 乙, txt: 早}
    - 早上好
    - 12345
hint: 提醒
"""
BAD_PARAMETERS = """\
id: contact.wechat_id
name: {zh: 公开留微信号, en: WeChat id}
severity: major
category: spam
basis: [{source: 群规}]
detect:
  kind: contact
  chanels: [wechat]
exempt:
  patterns: ['(?<=a)b']
samples: {hit: [甲, 乙, 丙], pass: [丁, 戊, 己]}
hint: 提醒
"""
BAD_KIND = BAD_PARAMETERS.replace("kind: contact", "kind: contcat").replace("chanels", "channels")
BAD_STANDARD = """\
id: ours
name: 我们的标准
goals:
  - {id: lively, name: 活跃, indicators: [active_rate]}
indicators:
  - {id: reply_rate, part: interaction, weight: 30}
  - {id: active_ratio, part: activty}
rules:
  packs: [spam, fruad]
  severity: {spam.floodin: major}
  exceptions:
    - {rule: spam.flooding, reason: 活动, owner: 张三, expires: 明天}
scorecard:
  parts: {activity: 60, interaction: 30}
"""
BAD_NAMES = """\
id: ours
name: 我们的标准
goals:
  - {id: lively, name: 活跃, indicators: [active_rate]}
  - {id: lively, name: 还是活跃, indicators: [reply_rate]}
rules:
  packs: [spam, fruad]
  off: [spam.floodin]
  severity: {fraud.account_trad: major}
"""


def golden(name: str, text: str) -> None:
    assert text == (GOLDEN / f"{name}.txt").read_text("utf-8").rstrip("\n")


def of_rule(folder: Path, text: str) -> str:
    path = folder / "contact" / "wechat_id.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    problems = check_rule_file(path)
    return "\n".join(each.sentence(language) for language in ("zh", "en") for each in problems)


def of_standard(folder: Path, text: str) -> str:
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrittenError) as caught:
        load_standard(path, CATALOGUE)
    return "\n".join(caught.value.sentence(language) for language in ("zh", "en"))


def test_a_wrong_rule(tmp_path: Path) -> None:
    golden("rule", of_rule(tmp_path, BAD_RULE))


def test_an_id_that_is_not_the_path(tmp_path: Path) -> None:
    golden("rule_id", of_rule(tmp_path, BAD_PARAMETERS.replace("contact.wechat_id", "contact.wechat")))


def test_wrong_parameters_of_a_kind(tmp_path: Path) -> None:
    golden("parameters", of_rule(tmp_path, BAD_PARAMETERS))


def test_a_kind_that_does_not_exist(tmp_path: Path) -> None:
    golden("kind", of_rule(tmp_path, BAD_KIND))


def test_a_wrong_standard(tmp_path: Path) -> None:
    golden("standard", of_standard(tmp_path, BAD_STANDARD))


def test_names_that_do_not_exist(tmp_path: Path) -> None:
    golden("names", of_standard(tmp_path, BAD_NAMES))


def test_a_circle_of_extends(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("id: other\nname: 另一份\nextends: ours\n", encoding="utf-8")
    golden("circle", of_standard(tmp_path, "id: ours\nname: 我们的\nextends: other\n"))


def test_an_unknown_parent(tmp_path: Path) -> None:
    golden("parent", of_standard(tmp_path, "id: ours\nname: 我们的\nextends: generl\n"))


def test_validate_finds_everything_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("id: ours\nname: 我们的\nextends: general\n", encoding="utf-8")
    pack = tmp_path / "packs" / "mine"
    pack.mkdir(parents=True)
    (pack / "broken.yaml").write_text("id: mine.broken\n", encoding="utf-8")
    found = validate([tmp_path])
    assert (found.standards, found.rules) == (1, 1)
    assert "mine/broken.yaml:1：缺少“name”" in [each.sentence("zh") for each in found.problems]


def test_the_shipped_files_are_right() -> None:
    found = validate()
    assert found.standards == 3
    assert found.problems == ()
