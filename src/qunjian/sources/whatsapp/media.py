"""Tells media in a message's text: left out of the export, or attached under a file name."""

from __future__ import annotations

import re

from qunjian.text.late import late

# What Android writes for any media in the languages it speaks (older and newer wordings).
_OMITTED = frozenset(
    word.strip().casefold()
    for word in """
    media weggelaat|media omitted|media weggelaten|تم استبعاد الوسائط|media buraxıldı|Media çıxarılmışdır|Без файл
    মিডিয়া বাদ দেওয়া হয়েছে|fitxers multimèdia omesos|Mitjans omesos|média vynechány|Média vynechána|medier udeladt
    Mediefil udeladt|Medien ausgeschlossen|Medien weggelassen|αρχείο παραλήφθηκε|Εξαίρεση πολυμέσων
    multimedia omitido|Archivo omitido|Se omitió multimedia|meedia välja jäetud|Meedia ära jäetud|رسانه حذف شد
    پيوست نما/آهنگ حذف شد|media jätettiin pois|Media jätetty pois|médias omis|Fichier omis|મિડિયા છોડી મૂકાયું
    મીડિયા અવગણવામાં આવ્યા|मीडिया के बिना|medijski zapis izostavljen|média elhagyva|Hiányzó médiafájl
    media tidak disertakan|media omessi|Media omesso|המדיה לא נכללה|מדיה הושמטה|メディアなし|メディアは含まれていません
    файлдар қосылмаған|Файл қосылған жоқ|ಮಾಧ್ಯಮ ಕೈಬಿಡಲಾಗಿದೆ|미디어 파일 제외됨|미디어 파일을 생략한 대화내용|ບໍ່ລວມມີເດຍ
    medija praleista|Praleistas medijos turinys|nav iekļauta multivide|Bez multivides|без фајлови|Без фајл
    മീഡിയ ഒഴിവാക്കി|मीडिया वगळण्यात आला|मीडिया वगळले|media dikecualikan|Media disingkirkan|media utelatt|Uten vedlegg
    ਮੀਡੀਆ ਛੱਡਿਆ|ਮੀਡੀਆ ਛਡਿਆ ਗਿਆ|pominięto multimedia|pliki pominięto|ficheiro não revelado|Ficheiro não revelado
    Mídia omitida|Mídia oculta|Arquivo de mídia oculto|conținut media omis|без медиафайлов|Файл пропущен|Médiá vynechané
    datoteke izpuščene|Medij izpuščen|media u hoq|Media hequr|медији су изостављени|media utelämnat|Media har utelämnats
    media hazijajumuishwa|Media imerukwa|கோப்புகள் விடப்பட்டன|ஊடகங்கள் நீக்கப்பட்டது|మీడియా విస్మరించబడింది
    మాధ్యమం విస్మరించబడింది|ไฟล์สื่อถูกลบ|สื่อถูกลบ|ınalis ang media|inalis ang media|Walang kalakip na media
    medya dahil edilmedi|Medya atlanmış|медіа пропущено|میڈیا چھوڑ دیا گیا|میڈیا ہٹا دیا گیا|fayl o‘tkazib yuborildi
    bỏ qua tệp phương tiện|Bỏ qua Media|忽略多媒體檔|忽略多媒体文件|省略多媒体文件|省略多媒體檔案
    媒体文件已忽略|多媒體檔案已忽略
    """.replace("\n", "|").split("|")
)
# What an iPhone writes: the kind, and that it is left out, in either order.
_KINDS = {
    "image": "image|imagen|imagem|bild|immagine|afbeelding|изображение|фото|görüntü|图片|图像|圖片|圖像|照片|画像|사진"
    "|gambar",
    "video": "video|vídeo|vidéo|видео|视频|影片|視訊|動画|ビデオ|동영상|비디오",
    "voice": "audio|áudio|аудиофайл|аудио|ses|音频|音訊|語音|语音|オーディオ|오디오",
    "sticker": "sticker|figurinha|стикер|çıkartma|表情贴图|貼圖|贴纸|ステッカー|스티커|stiker",
    "file": "document|documento|dokument|документ|belge|文档|文件|檔案|書類|ドキュメント|문서|dokumen",
    "card": "contact card|contacto|contato|kontaktkarte|carte de contact|contatto|contactkaart|контакт|名片|連絡先"
    "|연락처",
}
_ENDS = (
    "omitted", "omitido", "omitida", "ocultado", "ocultada", "oculta", "omisso", "omissa", "omessa", "omesso",
    "weggelassen", "absent", "absente", "manquant", "manquante", "omis", "omise", "retiré", "escluso",
    "esclusa", "incluso", "inclusa", "weggelaten", "отсутствует", "пропущен", "пропущено", "пропущена",
    "edilmedi",
    "disertakan", "省略", "忽略", "略去", "なし", "ません", "생략됨", "제외됨", "생략", "已省略",
    "被省略", "已忽略", "被忽略",
    "已略去",
)  # fmt: skip
_GIF = "gif(?:-файл)?"
_LEFT_OUT = (
    "omitted|omitid[oa]|ocultad[oa]|oculta|omiss[oa]|weggelassen|absente?|manquante?|omise?|retiré|omess[oa]|esclus[oa]"
    "|non inclus[oa]|weggelaten|отсутствует|пропущен[ао]?|dahil edilmedi|tidak disertakan|(?:已|被)?(?:省略|忽略|略去)"
    "|なし|は含まれていません|생략됨|제외됨|생략"
)
_PHRASES = {
    kind: late(rf"(?i)<?(?:(?:{words}) ?(?:{_LEFT_OUT})|(?:{_LEFT_OUT}) ?(?:{words}))\.?>?")
    for kind, words in {**_KINDS, "image": f"{_KINDS['image']}|{_GIF}"}.items()
}
_ON_IPHONE = late(r"<[^<>:：\n]{2,40}[:：] ?(?P<name>[^<>/\\\n]{1,200}\.\w{2,5})>\s*\Z")
_ATTACHED = (
    "file attached|archivo adjunto|arquivo anexado|ficheiro anexado|Datei angehängt|fichier joint|file allegato"
    "|bestand bijgevoegd|файл добавлен|dosya ekli|文件附件|附件|已附加文件|檔案附件|附加檔案|添付ファイル"
    "|파일 첨부됨|file terlampir"
)
_ON_ANDROID = late(
    r"(?P<name>[^<>/\\\n]{1,200}\.\w{2,5}) [(（](?P<word>[^()（）\n]{2,40})[)）](?:\n(?P<caption>.*))?\Z",
    re.DOTALL,
)
_WORD = late(f"(?i)(?:{_ATTACHED})")
_MAP = late(r"(?:[^\n:：]{0,24}[:：] ?)?https://(?:maps\.google\.com/\?q=|www\.google\.com/maps\?q=)\S+\Z")
_ENDINGS = {
    "image": ("jpg", "jpeg", "png", "gif", "heic"), "video": ("mp4", "mov", "3gp", "avi"), "sticker": ("webp",),
    "voice": ("opus", "ogg", "m4a", "mp3", "aac", "amr", "wav"), "card": ("vcf",),
}  # fmt: skip
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_MARKS = late("[\u200e\u200f]")


def media(text: str) -> tuple[str, str | None, str] | None:
    """Return (kind, file name, words beside it) where a message is media, else None.

    Where the export leaves media out without a word of its kind, the kind is "file".
    """
    if len(text) > 4000:
        return None
    plain = text.strip() if text.isascii() else _MARKS.sub("", text).strip()
    if len(plain) <= 60:
        inner = plain[1:-1].strip() if plain.startswith("<") and plain.endswith(">") else ""
        if inner and inner.casefold() in _OMITTED:
            return "file", None, ""
        if _may_say_left_out(plain):
            for kind, phrase in _PHRASES.items():
                if phrase.fullmatch(plain):
                    return kind, None, ""
    if plain.endswith(">") and (hit := _ON_IPHONE.search(plain)) is not None:
        return file_kind(hit["name"]), hit["name"], plain[: hit.start()].rstrip()
    hit = _ON_ANDROID.match(plain) if ")" in plain or "）" in plain else None
    if hit is not None and (text.startswith("\u200e") or _WORD.fullmatch(hit["word"])):
        return file_kind(hit["name"]), hit["name"], hit["caption"] or ""
    return ("location", None, text) if "https://" in plain and _MAP.fullmatch(plain) else None


def _may_say_left_out(plain: str) -> bool:
    """Return whether a short text begins or ends as the phrases do: most texts need no closer look."""
    folded = plain.strip("<>.").casefold()
    return folded.endswith(_ENDS) or folded.startswith(_ENDS)


def file_kind(name: str) -> str:
    """Return the kind of a file by its name."""
    return _BY_ENDING.get(name.rpartition(".")[2].casefold(), "file")
