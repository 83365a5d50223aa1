"""Compiles the rules of a standard into one fold and one scan per batch, and turns what is seen into findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from qunjian.checks.contract import MessageContext, Verdict
    from qunjian.standards.rules import Rule

# The columns of a batch that inspection reads; more do no harm.
COLUMNS = (
    "scope", "message_id", "platform", "community_id", "channel_id", "account_id", "sent_at", "kind", "text",
    "content_hash",
)  # fmt: skip


class Inspector:
    """The message rules of a standard, compiled; window rules are left out (checks/windows runs them)."""

    rules: tuple[Rule, ...]

    def inspect(self, batch: pa.RecordBatch, context: MessageContext) -> pa.RecordBatch:
        """Return the findings (model.schemas.FINDING) of one batch of messages, in the order of messages and rules."""
        raise NotImplementedError

    def check(self, texts: Sequence[str], *, kind: str = "text", role: str = "member") -> list[list[Verdict]]:
        """Return, for each text, the verdicts of the rules that fired."""
        raise NotImplementedError

    def explain(
        self, text: str, *, kind: str = "text", role: str = "member", tags: Sequence[str] = ()
    ) -> list[Verdict]:
        """Return the verdict of every rule on one text, with the reason where it did not fire."""
        raise NotImplementedError


def compile_rules(rules: Sequence[Rule]) -> Inspector:
    """Return an inspector of the message rules among `rules` that are not retired."""
    raise NotImplementedError
