"""Tells what WhatsApp's own lines say: who came, went, was put out, what the group is called; in the languages known.

The English wordings are those of published exports. The others are known from descriptions, not from exports: a line
that none of them fits stays a system line, and nobody is taken to have left.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import re2

from qunjian.text.late import late, late_re2


class Told(msgspec.Struct, frozen=True):
    """What a line says: a membership kind or "title", "system"; of whom; by whom; the new name."""

    kind: str
    who: tuple[str, ...] = ()
    actor: str | None = None
    detail: str | None = None


_LINK = (
    r"(?P<who>.+?) joined (?:using|via|through|with) (?:this|a|an|your|the) (?:group|community|invite|link).*",
    r"(?P<who>.+?) joined from the community.*",
    r"(?P<who>.+?) joined",
    r"(?P<who>.+?) ?(?:已)?加入了?(?:此|本|该|這個|这个|該)?(?:群组|群組|群聊)",
    r"(?P<who>.+?) ?(?:已|刚)?(?:通过|使用|透過|經由|经由).{0,10}(?:链接|連結|邀请|邀請).{0,6}加入.{0,6}",
    r"(?P<who>.+?) se unió (?:usando|con|mediante|desde).+",
    r"(?P<who>.+?) entrou usando .+",
    r"(?P<who>.+?) aderiu (?:através|utilizando|com) .+",
    r"(?P<who>.+?) ist (?:dieser Gruppe )?(?:über|mit|per|mithilfe).*beigetreten",
    r"(?P<who>.+?) a rejoint (?:le groupe )?(?:en utilisant|via|grâce|à l).+",
    r"(?P<who>.+?) (?:è entrat[oa]|si è unit[oa]) .*(?:link|invito).*",
    r"(?P<who>.+?) neemt nu deel via .+",
    r"(?P<who>.+?) (?:присоединил\(-а\)?сь|присоединил(?:ся|ась)|вступил\(-а\)?).*(?:ссылк|приглаш).*",
    r"(?P<who>.+?),? (?:bu grubun )?davet bağlantısını kullanarak katıldı",
    r"(?P<who>.+?) bergabung (?:menggunakan|melalui|dengan) .+",
    r"(?P<who>.+?) ?さんが.*リンク.*参加しました",
    r"(?P<who>.+?) ?님이 .*링크.*(?:참여|참가|입장)했습니다",
)
_LEFT = (
    r"(?P<who>.+?) left(?: the group)?",
    r"(?P<who>.+?) ?(?:已|刚)?(?:离开|離開|退出)了?(?:群组|群組|本群|该群|此群|群聊)?",
    r"(?P<who>.+?) (?:salió|ha salido|salió del grupo)(?: del grupo)?",
    r"(?P<who>.+?) saiu(?: do grupo)?",
    r"(?P<who>.+?) hat die Gruppe verlassen",
    r"(?P<who>.+?) (?:a quitté|est parti)(?: le groupe)?",
    r"(?P<who>.+?) ha abbandonato(?: il gruppo)?",
    r"(?P<who>.+?) heeft de groep verlaten",
    r"(?P<who>.+?) (?:вышел\(-ла\)|вышел|вышла|покинул\(-а\)|покинула?)(?: из группы| группу)?",
    r"(?P<who>.+?) (?:gruptan )?ayrıldı",
    r"(?P<who>.+?) keluar(?: dari grup)?",
    r"(?P<who>.+?) ?さんが(?:グループから)?(?:退出|退会)しました",
    r"(?P<who>.+?) ?님이 (?:그룹(?:에서|을) )?(?:나갔습니다|퇴장했습니다)",
)
_KICKED = (
    r"(?P<actor>.+?) removed (?P<who>.+)",
    r"(?P<who>.+?) (?:was|were) removed(?: from the group)?",
    r"(?P<actor>.+?) ?(?:已)?(?:将|將|把) ?(?P<who>.+?) ?(?:移除|移出|踢出|移出群组|移出群組).{0,6}",
    r"(?P<actor>.+?) ?(?:已)?(?:移除|移出|踢出)了? ?(?P<who>.+)",
    r"(?P<actor>.+?) (?:eliminó|expulsó|quitó|ha eliminado) a (?P<who>.+)",
    r"(?P<actor>.+?) removeu (?P<who>.+)",
    r"(?P<actor>.+?) hat (?P<who>.+?) (?:aus der Gruppe )?entfernt",
    r"(?P<actor>.+?) a (?:retiré|supprimé|exclu) (?P<who>.+)",
    r"(?P<actor>.+?) ha rimosso (?P<who>.+)",
    r"(?P<actor>.+?) heeft (?P<who>.+?) verwijderd",
    r"(?P<actor>.+?) (?:удалил\(-а\)|удалила?|исключил\(-а\)) (?P<who>.+)",
    r"(?P<actor>.+?),? (?P<who>.+?) (?:adlı )?kişi(?:yi|sini) (?:gruptan )?çıkardı",
    r"(?P<actor>.+?) mengeluarkan (?P<who>.+)",
    r"(?P<actor>.+?) ?さんが(?P<who>.+?)さんを(?:退出させました|削除しました)",
    r"(?P<actor>.+?) ?님이 (?P<who>.+?)님을 (?:내보냈습니다|삭제했습니다|강제 퇴장.*)",
)
_INVITED = (
    r"(?P<actor>.+?) added (?P<who>.+)",
    r"(?P<who>.+?) (?:was|were) added(?: to the group)?",
    r"(?P<who>您|你) ?(?:已)?被(?:加入|添加|新增).*",
    r"(?P<actor>.+?) ?(?:已)?(?:将|將|把) ?(?P<who>.+?) ?(?:添加|加入|新增).{0,8}",
    r"(?P<actor>.+?) ?(?:已)?(?:添加|新增|加入)了? ?(?P<who>.+)",
    r"(?P<actor>.+?) (?:añadió|agregó|ha añadido) a (?P<who>.+)",
    r"(?P<actor>.+?) adicionou (?P<who>.+)",
    r"(?P<actor>.+?) hat (?P<who>.+?) (?:zur Gruppe )?hinzugefügt",
    r"(?P<actor>.+?) a ajouté (?P<who>.+)",
    r"(?P<actor>.+?) ha aggiunto (?P<who>.+)",
    r"(?P<actor>.+?) heeft (?P<who>.+?) toegevoegd",
    r"(?P<actor>.+?) (?:добавил\(-а\)|добавила?) (?P<who>.+)",
    r"(?P<actor>.+?),? (?P<who>.+?) (?:adlı )?kişi(?:yi|sini) ekledi",
    r"(?P<actor>.+?) menambahkan (?P<who>.+)",
    r"(?P<actor>.+?) ?さんが(?P<who>.+?)さんを(?:追加|招待)しました",
    r"(?P<actor>.+?) ?님이 (?P<who>.+?)님을 (?:추가|초대)했습니다",
)
_OPEN, _CLOSE = '[“"„«「『‘]', '[”"“»」』’]'
_TITLE = (
    rf"(?P<actor>.+?) created (?:the )?group ?{_OPEN}(?P<detail>.+){_CLOSE}",
    rf"(?P<actor>.+?) (?:creó el grupo|criou o grupo|hat die Gruppe|a créé le groupe) ?{_OPEN}(?P<detail>.+){_CLOSE}.*",
    rf"(?P<actor>.+?) (?:ha creato il gruppo|heeft de groep|создал\(-а\) группу) ?{_OPEN}(?P<detail>.+){_CLOSE}.*",
    rf"(?P<actor>.+?) ?(?:已)?(?:创建|建立|創建)了?(?:此|这个|该)?(?:群组|群組) ?{_OPEN}(?P<detail>.+){_CLOSE}.*",
    rf"(?P<actor>.+?) changed the (?:subject|group name) (?:from .* )?to {_OPEN}(?P<detail>.+){_CLOSE}",
    rf"(?P<actor>.+?)(?:名称|名稱|主题|主題|主旨).*(?:改|变更|變更)(?:为|為|成) ?{_OPEN}(?P<detail>.+){_CLOSE}.*",
)
_RENAMED = (r"(?P<who>\+[\d\s()\-]{6,24}) changed to (?P<detail>\+[\d\s()\-]{6,24})",)
_NOTICE = late_re2(
    r"(?is).*(?:end-to-end encrypted|端到端加密|端對端加密|cifrados? de extremo a extremo|criptografia de ponta a ponta"
    r"|encriptadas? ponto a ponto|Ende-zu-Ende-verschlüsselt|chiffrés? de bout en bout|crittografati end-to-end"
    r"|end-to-end versleuteld|сквозн.{2,4} шифрован|uçtan uca şifreli|terenkripsi secara end-to-end|エンドツーエンド"
    r"|종단간 암호화|created (?:this|the) group|changed (?:this group's|the group|the subject|their phone number"
    r"|this community|the settings)|is now an admin|now an admin|security code|disappearing messages|pinned a message"
    r"|(?:voice|video) call"
    r"|deleted this group's icon|group description|requested to join|can't access|was created|joined this community).*"
)
_DELETED = frozenset(
    word.strip()
    for word in """
    this message was deleted|you deleted this message|此消息已删除|此消息已被删除|您删除了这条消息
    您已删除此消息|此訊息已刪除|這則訊息已刪除|此訊息已被刪除|您已刪除此訊息|你已刪除這則訊息
    se eliminó este mensaje|eliminaste este mensaje|mensagem apagada|esta mensagem foi apagada
    você apagou esta mensagem|esta mensagem foi eliminada|diese nachricht wurde gelöscht
    du hast diese nachricht gelöscht|ce message a été supprimé|vous avez supprimé ce message
    questo messaggio è stato eliminato|hai eliminato questo messaggio|dit bericht is verwijderd
    данное сообщение удалено|это сообщение удалено|вы удалили данное сообщение|bu mesaj silindi
    bu mesajı sildiniz|pesan ini telah dihapus|anda menghapus pesan ini|このメッセージは削除されました
    삭제된 메시지입니다|이 메시지는 삭제되었습니다
    """.replace("\n", "|").split("|")
)
_BY_ADMIN = "this message was deleted by admin "
_EDITED = late(
    "[ \n]?\u200e?<\u200e?(?:This message was edited|此消息已编辑|此訊息已編輯|Se editó este mensaje\\.?"
    "|Mensagem editada"
    "|Diese Nachricht wurde bearbeitet\\.?|Ce message a été modifié|Questo messaggio è stato modificato"
    "|Dit bericht is bewerkt|Данное сообщение изменено|Bu mesaj düzenlendi|Pesan ini diedit)>\\s*\\Z"
)
_YOU = frozenset(["you", "您", "你", "tú", "você", "du", "vous", "tu", "je", "u", "вы", "siz", "anda", "あなた", "나"])
_TABLE = [
    (kind, rf"(?s)(?:{pattern})\.?")
    for kind, patterns in (
        ("title", _TITLE), ("renamed", _RENAMED), ("joined", _LINK), ("left", _LEFT), ("kicked", _KICKED),
        ("invited", _INVITED),
    )
    for pattern in patterns
]  # fmt: skip
_COMPILED = [late_re2(pattern) for _, pattern in _TABLE]
_MARKS = late("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BETWEEN = late(r", and |, | and |、|，| y | e | und | et | en | и | ve | dan ")


@cache
def _all() -> Any:
    """Return all wordings as one set, which says in one look which of them fit."""
    found = re2.Set.FullMatchSet()
    for _, pattern in _TABLE:
        found.Add(pattern)
    found.Compile()
    return found


def bare(text: str) -> str:
    """Return a text without the marks that only steer its direction."""
    if text.isascii():
        return text.strip()
    return _MARKS.sub("", text).replace("\u202f", " ").replace("\u00a0", " ").strip()


def told(line: str) -> Told | None:
    """Return what one of WhatsApp's own lines says, or None where no wording is known."""
    plain = bare(line)
    if len(plain) > 500:
        return None
    if "\n" not in plain:
        first = min(_all().Match(plain) or (), default=None)
        if first is not None:
            return _taken(_TABLE[first][0], _COMPILED[first].fullmatch(plain).groupdict())
    return Told("system") if _NOTICE.fullmatch(plain) else None


def _taken(kind: str, found: dict[str, str | None]) -> Told:
    names = found.get("who") or ""
    several = _BETWEEN.split(names) if kind in ("invited", "kicked") else [names]
    return Told(kind, tuple(name for name in several if name), found.get("actor"), found.get("detail"))


def is_you(name: str) -> bool:
    """Return whether a name stands for whoever made the export."""
    return name.casefold() in _YOU


def is_deleted(text: str) -> bool:
    """Return whether a message only says that it was deleted."""
    if len(text) > 120:
        return False
    plain = bare(text).removesuffix(".").casefold()
    return bool(plain) and (plain in _DELETED or plain.startswith(_BY_ADMIN))


def without_edit_mark(text: str) -> str:
    """Return the text without the mark WhatsApp puts behind edited messages."""
    return _EDITED.sub("", text) if ">" in text[-3:] else text
