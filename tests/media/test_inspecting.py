"""An inspection reads pictures beside the messages and judges what it read; what it did not read is counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.media.made import code_picture, encoded, on_photo, photo, put, telegram

from qunjian.media import ocr
from qunjian.model.errors import BadInputError
from qunjian.runs.importing import Wish, import_files
from qunjian.runs.inspecting import Inspection, Media, inspect
from qunjian.runs.media_lists import add_pictures
from qunjian.workspace import Workspace

GROUP = "https://weixin.qq.com/g/AwYAAKq3Zx81"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


def findings(workspace: Workspace, run: Inspection) -> list[dict[str, Any]]:
    session = workspace.lake.session()
    try:
        return session.arrow(
            "SELECT * FROM finding WHERE act_id = ? ORDER BY message_id, rule, finding_id", [run.run_id]
        ).to_pylist()
    finally:
        session.close()


def fired(workspace: Workspace, run: Inspection) -> list[tuple[str, str]]:
    return [(row["message_id"], row["rule"]) for row in findings(workspace, run)]


def test_codes_names_and_texts_in_pictures(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    phone = "加我微信 lucky_2026 领资料"
    for name, picture in {
        "group.jpg": on_photo(code_picture(GROUP)),
        "paper.png": code_picture("https://mp.weixin.qq.com/s/AbCdEf"),
        "words.png": code_picture(phone),
        "unclear.png": code_picture("http://203.0.113.9/login"),
        "plain.jpg": photo(seed=3),
    }.items():
        put(folder, f"photos/{name}", encoded(picture, "JPEG" if name.endswith("jpg") else "PNG"))
    put(folder, "photos/cut.jpg", encoded(photo(seed=4), "JPEG")[:500])
    put(folder, "files/资料.pdf", b"MZ\x90\0" + b"\0" * 60)
    put(folder, "files/红包.pdf.exe", b"MZ\x90\0" + b"\0" * 60)
    telegram(folder, [
        {"photo": "photos/group.jpg"},
        {"photo": "photos/paper.png", "text": "今天的文章"},
        {"photo": "photos/words.png"},
        {"photo": "photos/unclear.png"},
        {"photo": "photos/plain.jpg"},
        {"photo": "photos/cut.jpg"},
        {"file": "files/资料.pdf", "file_name": "资料.pdf"},
        {"file": "files/红包.pdf.exe", "file_name": "红包.pdf.exe"},
        {"photo": "photos/missing.jpg"},
        {"photo": "(File not included. Change data exporting settings to download.)"},
    ])  # fmt: skip
    import_files(workspace, Wish((folder,)))
    run = inspect(workspace)
    found = fired(workspace, run)
    assert ("1", "contact.qr_group") in found
    assert [rule for message, rule in found if message == "2"] == []
    assert ("3", "contact.wechat_id") in found
    assert ("4", "contact.unclear_link") in found
    assert [rule for message, rule in found if message == "5"] == []
    assert ("7", "fraud.disguised_file") in found
    assert {("8", "fraud.disguised_file"), ("8", "contact.program_file")} <= set(found)
    # A code that a rule on codes has found is not judged as a text again.
    assert [rule for message, rule in found if message == "1"] == ["contact.qr_group"]
    of_text = next(row for row in findings(workspace, run) if row["message_id"] == "3")
    assert of_text["transformations"][0] == "qr"
    assert of_text["spans"] == []
    assert of_text["confidence"] < 1
    (community,) = run.media.values()
    assert msgspec.to_builtins(community) == {
        "pictures": 8, "read": 5, "with_codes": 4, "with_text": 0, "text_read": 0,
        "unread": {"damaged": 1, "absent": 1, "not_given": 1},
    }  # fmt: skip
    stored = str(findings(workspace, run))
    assert "AwYAAKq3Zx81" not in stored
    assert "lucky_2026" not in stored


def test_nothing_is_read_unless_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path / "a", "photos/a.png", encoded(code_picture(GROUP)))
    telegram(tmp_path / "a", [{"photo": "photos/a.png"}, {"file": "红包.pdf.exe"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    run = inspect(workspace, media=Media(read=False))
    assert run.media["telegram:700100"].unread == {"pending": 1}
    assert [rule for _, rule in fired(workspace, run)] == ["contact.program_file", "fraud.disguised_file"]
    assert ("1", "contact.qr_group") in fired(workspace, inspect(workspace))


def test_a_file_that_went_is_counted_and_what_was_read_before_stays(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path / "a", "photos/a.png", encoded(code_picture(GROUP)))
    put(tmp_path / "a", "photos/b.png", encoded(photo()))
    telegram(tmp_path / "a", [{"photo": "photos/a.png"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    inspect(workspace)
    (tmp_path / "a" / "photos" / "a.png").unlink()
    telegram(tmp_path / "b", [{"photo": "photos/a.png"}, {"photo": "photos/c.png"}])
    put(tmp_path / "b", "photos/c.png", encoded(code_picture("https://u.wechat.com/MKq3Zx81")))
    import_files(workspace, Wish((tmp_path / "b",)))
    put(tmp_path / "b", "photos/c.png", encoded(photo()))  # not what was imported
    run = inspect(workspace)
    assert fired(workspace, run) == [("1", "contact.qr_group")]
    assert run.media["telegram:700100"].unread == {"gone": 1}


def test_a_picture_on_the_list_is_found_though_smaller_and_compressed(workspace: Workspace, tmp_path: Path) -> None:
    poster = photo(800, 600, seed=9)
    put(tmp_path, "poster.png", encoded(poster))
    added = add_pictures(
        workspace, [tmp_path / "poster.png"], name="banned", why="去年的骗局", by="周", today=dt.date(2026, 11, 1)
    )
    assert len(added.added) == 1
    put(tmp_path / "a", "photos/1.jpg", encoded(poster.resize((400, 300)), "JPEG", quality=40))
    put(tmp_path / "a", "photos/2.jpg", encoded(photo(800, 600, seed=10), "JPEG"))
    telegram(tmp_path / "a", [{"photo": "photos/1.jpg"}, {"photo": "photos/2.jpg"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    run = inspect(workspace)
    (row,) = findings(workspace, run)
    assert (row["message_id"], row["rule"]) == ("1", "group.listed_picture")
    assert "去年的骗局" in row["detail"]


def test_without_a_list_the_rule_is_unknown_not_silent(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path / "a", "photos/1.jpg", encoded(photo(), "JPEG"))
    telegram(tmp_path / "a", [{"photo": "photos/1.jpg"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    assert "group.listed_picture" in {each["rule"] for each in inspect(workspace).coverage["unknown"]}


def test_days_and_communities_bound_media_too(workspace: Workspace, tmp_path: Path) -> None:
    telegram(tmp_path / "a", [{"file": "红包.pdf.exe"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    sent = dt.date(2026, 11, 1)
    assert inspect(workspace, first=sent, last=sent).media == {}
    whole = inspect(workspace, communities=["telegram:700100"])
    assert [rule for _, rule in fired(workspace, whole)] == ["contact.program_file", "fraud.disguised_file"]


def test_findings_are_the_same_every_time(workspace: Workspace, tmp_path: Path) -> None:
    put(tmp_path / "a", "photos/a.png", encoded(code_picture("加我微信 lucky_2026 领资料")))
    photos = [{"photo": "photos/a.png", "text": "看图"}, {"photo": "photos/a.png"}]
    telegram(tmp_path / "a", [*photos, {"text": "加我微信 lucky_2026"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    first, second = (findings(workspace, inspect(workspace)) for _ in range(2))
    ids = [row["finding_id"] for row in first]
    assert ids == [row["finding_id"] for row in second]
    assert len(set(ids)) == len(ids) >= 3


def test_text_in_pictures_is_judged_where_asked_for_and_installed(workspace: Workspace, tmp_path: Path) -> None:
    fonts = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK*"))
    if not (ocr.installed() and fonts):
        pytest.skip("the extra [ocr] or a Chinese font is not installed")
    picture = Image.new("RGB", (900, 160), "white")
    ImageDraw.Draw(picture).text(
        (20, 40), "加我QQ 123456789 领资料", fill="black", font=ImageFont.truetype(fonts[0], 56)
    )
    put(tmp_path / "a", "photos/a.png", encoded(picture))
    telegram(tmp_path / "a", [{"photo": "photos/a.png"}])
    import_files(workspace, Wish((tmp_path / "a",)))
    assert fired(workspace, inspect(workspace)) == []
    run = inspect(workspace, media=Media(ocr=True))
    row = next(row for row in findings(workspace, run) if row["rule"] == "contact.qq_number")
    assert row["transformations"][0] == "ocr"
    assert row["confidence"] <= 0.6
    assert (run.media["telegram:700100"].text_read, run.media["telegram:700100"].with_text) == (1, 1)


def test_asking_for_ocr_without_it_is_one_sentence(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "NEEDED", ("a_package_that_is_not_there",))
    with pytest.raises(BadInputError, match="ocr"):
        inspect(workspace, media=Media(ocr=True))
