"""Puts pseudonyms in the place of accounts and names: keyed, so that one workspace always gives the same ones."""

from __future__ import annotations

import hashlib

import re2

from qunjian.text.masking import MASK, mask_text

_DIGITS = 12
_CALL = re2.compile(r"([@＠])[^\s@＠:：,，。!！?？]{1,40}")


class Pseudonyms:
    """The pseudonyms of one workspace; without its key nobody can tell whose they are, or make them again."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, person=b"pseudonyms").digest()
        self._known: dict[str, str] = {}

    def _mark(self, name: str) -> str:
        found = self._known.get(name)
        if found is None:
            if len(self._known) > 200_000:
                self._known.clear()
            digest = hashlib.blake2b(name.encode("utf-8", "replace"), key=self._key, digest_size=_DIGITS // 2)
            found = self._known[name] = digest.hexdigest()
        return found

    def account(self, account: str | None) -> str | None:
        """Return the pseudonym of an account id; its platform stays."""
        if account is None:
            return None
        platform, colon, _ = account.partition(":")
        return f"{platform if colon else ''}{colon}p-{self._mark(account)}"

    def name(self, name: str | None) -> str | None:
        """Return the pseudonym of a name."""
        return f"m-{self._mark(name)[:8]}" if name else name

    def group(self, community: str) -> str:
        """Return the pseudonym of a community's id; its platform stays."""
        return f"{community.partition(':')[0]}:g-{self.mark(community)}"

    def mark(self, name: str) -> str:
        """Return the short mark that stands for a name of any kind."""
        return self._mark(name)[:8]

    def text(self, text: str | None) -> str | None:
        """Return the text without contacts, long numbers and the names after an @; other names in it stay."""
        if not text:
            return text
        masked = mask_text(text)
        return str(_CALL.sub(r"\1" + MASK * 3, masked)) if "@" in masked or "＠" in masked else masked

    def reply(self, reply: str | None) -> str | None:
        """Return where a reply points, the author of a quote by pseudonym."""
        if reply is None or not reply.startswith("?"):
            return reply
        when, bar, author = reply.partition("|")
        if author.startswith("|"):  # by id
            return f"{when}||{self.account(author[1:])}"
        return f"{when}{bar}{self.name(author) or ''}"
