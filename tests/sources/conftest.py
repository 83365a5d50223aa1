"""The cases every reader must pass: samples beside the readers, each with its hand-written expected parse."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from qunjian.sources.document import Document, memory_document
from qunjian.sources.finding import find_documents
from qunjian.sources.reader import Options, Outcome
from qunjian.sources.registry import Detection, detect, run_task, tasks

SOURCES = Path(str(files("qunjian.sources")))
OWN = Path(__file__).parent / "own"


@dataclass
class Case:
    """One sample: its documents, the format forced on it (else detected), what it must parse to."""

    name: str
    paths: list[Path]
    forced: str | None = None
    expected: dict[str, Any] = field(default_factory=dict)

    def documents(self) -> list[Document]:
        found = [document for path in self.paths for document in find_documents([path])]
        return [d for d in found if not d.name.endswith(("expected.json", "mapping.yaml"))]

    def options(self, **more: Any) -> Options:
        return Options(zone=self.expected.get("zone", "UTC"), **more)

    def detections(self, **more: Any) -> list[tuple[int, Document, Detection]]:
        return [
            (n, document, detect(document, self.forced, (), self.options(**more)))
            for n, document in enumerate(self.documents())
        ]


def _cases() -> list[Case]:
    cases: list[Case] = []
    for expected in sorted(SOURCES.glob("*/samples/*.expected.json")):
        sample = next(p for p in expected.parent.iterdir() if p.stem == expected.name.split(".")[0])
        cases.append(Case(f"{expected.parents[1].name}/{sample.name}", [sample], None, _read(expected)))
    shipped = sorted((SOURCES / "mapping" / "samples").iterdir())
    cases += [Case(f"mapping/{folder.name}", [folder], None, _read(folder / "expected.json")) for folder in shipped]
    return cases + [
        Case(f"own/{folder.name}", [folder], str(folder / "mapping.yaml"), _read(folder / "expected.json"))
        for folder in sorted(OWN.iterdir())
    ]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


CASES = _cases()


@dataclass
class Result:
    """Everything parsed from some documents, joined."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    membership: list[dict[str, Any]] = field(default_factory=list)
    states: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    read: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    cleaned: dict[str, int] = field(default_factory=dict)
    unknown_kinds: dict[str, int] = field(default_factory=dict)
    promises: dict[str, int] = field(default_factory=dict)
    stamp: str | None = None

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        return self.messages, self.membership


def parsed(detections: list[tuple[int, Document, Detection]]) -> Result:
    """Parse as an import does and check on the way that counts add up."""
    result = Result()
    for task in tasks(detections):
        outcome = run_task(task)
        check_counts(outcome)
        result.messages += plain(outcome.messages)
        result.membership += plain(outcome.membership)
        for name, batch in outcome.states.items():
            result.states.setdefault(name, []).extend(plain(batch))
        for part in outcome.parts:
            result.read += part.read
            for reject in part.rejects:
                result.rejects[reject.reason] = result.rejects.get(reject.reason, 0) + 1
            for mine, theirs in ((result.cleaned, part.cleaned), (result.unknown_kinds, part.unknown_kinds)):
                for key, count in theirs.items():
                    mine[key] = mine.get(key, 0) + count
            result.promises.update(part.promises)
            if part.export_stamp is not None:
                result.stamp = part.export_stamp.isoformat()
    return result


def check_counts(outcome: Outcome) -> None:
    messages = outcome.messages.num_rows if outcome.messages is not None else 0
    membership = outcome.membership.num_rows if outcome.membership is not None else 0
    assert sum(part.messages for part in outcome.parts) == messages
    assert sum(part.membership for part in outcome.parts) == membership
    for part in outcome.parts:
        assert part.read == part.messages + part.membership + len(part.rejects)


def plain(batch: pa.RecordBatch | None) -> list[dict[str, Any]]:
    """Return rows with times as ISO text."""
    rows: list[dict[str, Any]] = [] if batch is None else batch.to_pylist()
    return [{k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()} for row in rows]


def of_bytes(case: Case, change: Any, **more: Any) -> Result:
    """Parse the case's documents after changing their bytes, their formats being those of the unchanged ones."""
    changed = []
    for number, document, detection in case.detections(**more):
        with document.open() as stream:
            data = change(stream.read())
        changed.append((number, copied(document, data), detection))
    return parsed(changed)


def copied(document: Document, data: bytes) -> Document:
    """Return a document of other bytes in the place of the document, among the same others."""
    copy = memory_document(document.name, data)
    copy.family = document.family
    return copy
