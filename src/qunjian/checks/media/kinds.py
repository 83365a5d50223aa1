"""The kinds of check on media that exist."""

from __future__ import annotations

from qunjian.checks.media import codes, files, pictures
from qunjian.checks.media.contract import MediaKind

MEDIA_KINDS: dict[str, MediaKind] = {kind.name: kind for kind in (files.KIND, codes.KIND, pictures.KIND)}
CODES = codes.KIND.name
