"""What packs, categories, stages of life and keys are called where people read them."""

from __future__ import annotations

from qunjian.model.language import Phrase

PACKS: dict[str, Phrase] = {
    "models": Phrase("模型提示", "Hints of models"),
    "abuse": Phrase("辱骂与网暴", "Abuse"),
    "advertising": Phrase("广告用语", "Advertising"),
    "conduct": Phrase("运营人员行为", "Conduct of staff"),
    "contact": Phrase("引流与联系方式", "Diversion and contacts"),
    "contraband": Phrase("违禁品", "Contraband"),
    "education": Phrase("教育培训", "Education"),
    "facts": Phrase("事实核对", "Facts"),
    "finance": Phrase("金融投资", "Finance"),
    "fraud": Phrase("诈骗与黑产", "Fraud"),
    "gambling": Phrase("赌博", "Gambling"),
    "group": Phrase("群组管理", "Groups and comments"),
    "health": Phrase("医疗健康", "Health"),
    "law": Phrase("违法与不良信息", "Illegal and harmful content"),
    "minors": Phrase("未成年人", "Minors"),
    "privacy": Phrase("个人信息", "Personal data"),
    "prize": Phrase("抽奖与红包", "Prizes and red packets"),
    "rumour": Phrase("谣言与迷信", "Rumours and superstition"),
    "spam": Phrase("垃圾信息与刷屏", "Spam and flooding"),
    "vulgar": Phrase("色情低俗", "Porn and vulgarity"),
}
CATEGORIES: dict[str, Phrase] = {
    "compliance": Phrase("合规", "compliance"),
    "spam": Phrase("骚扰引流", "spam"),
    "privacy": Phrase("隐私", "privacy"),
    "conduct": Phrase("言行", "conduct"),
    "quality": Phrase("质量", "quality"),
}
LIFECYCLES: dict[str, Phrase] = {
    "trial": Phrase("试用", "trial"),
    "active": Phrase("启用", "active"),
    "retired": Phrase("停用", "retired"),
}
# How a hidden word was seen, as findings name it; the keys of rules that see through it are called the same.
TRANSFORMATIONS: dict[str, Phrase] = {
    "width": Phrase("全角半角", "width"),
    "mark": Phrase("附加符号", "marks"),
    "case": Phrase("大小写", "case"),
    "traditional": Phrase("繁体", "traditional"),
    "invisible": Phrase("不可见字符", "invisible characters"),
    "separator": Phrase("夹杂符号", "separators"),
    "digit": Phrase("数字写法", "digits"),
    "letter": Phrase("形近字母", "look-alike letters"),
    "homophone": Phrase("同音字", "same sound"),
    "emoji": Phrase("表情代字", "emoji"),
    "pinyin": Phrase("拼音", "pinyin"),
    "initial": Phrase("拼音首字母", "initials"),
    "split": Phrase("拆字", "split characters"),
    "shape": Phrase("形近字", "look-alikes"),
    "repeat": Phrase("叠字", "repeats"),
}
# The ways to read a picture, which findings in pictures name before these.
WAYS: dict[str, Phrase] = {
    "qr": Phrase("二维码", "QR code"),
    "matrix": Phrase("矩阵码", "matrix code"),
    "bar": Phrase("条形码", "bar code"),
    "ocr": Phrase("图中文字", "text in a picture"),
}
KEYS: dict[str, Phrase] = {
    "literal": Phrase("原样", "as written"),
    "separated": TRANSFORMATIONS["separator"],
    "digit": TRANSFORMATIONS["digit"],
    "letter": TRANSFORMATIONS["letter"],
    "sound": TRANSFORMATIONS["homophone"],
    "emoji": TRANSFORMATIONS["emoji"],
    "pinyin": TRANSFORMATIONS["pinyin"],
    "initials": TRANSFORMATIONS["initial"],
    "split": TRANSFORMATIONS["split"],
    "shape": TRANSFORMATIONS["shape"],
    "repeat": TRANSFORMATIONS["repeat"],
    "short": Phrase("两字词（须有旁证）", "words of two (with company)"),
}
KINDS_OF_MESSAGE: dict[str, Phrase] = {
    "text": Phrase("文字", "text"), "image": Phrase("图片", "picture"), "voice": Phrase("语音", "voice"),
    "video": Phrase("视频", "video"), "file": Phrase("文件", "file"), "link": Phrase("链接", "link"),
    "sticker": Phrase("表情", "sticker"), "red_packet": Phrase("红包", "red packet"),
    "location": Phrase("位置", "location"), "card": Phrase("名片", "card"), "forward": Phrase("转发", "forward"),
    "system": Phrase("系统消息", "system"), "recall": Phrase("撤回", "recall"), "other": Phrase("其他", "other"),
}  # fmt: skip
ROLES: dict[str, Phrase] = {
    "owner": Phrase("群主", "owner"),
    "admin": Phrase("管理员", "admin"),
    "staff": Phrase("运营", "staff"),
    "member": Phrase("成员", "member"),
    "bot": Phrase("机器人", "bot"),
}
EVIDENCE: dict[str, Phrase] = {
    "experience": Phrase("经验值", "experience"),
    "own_data": Phrase("自有数据", "own data"),
    "authority": Phrase("权威出处", "authority"),
}
