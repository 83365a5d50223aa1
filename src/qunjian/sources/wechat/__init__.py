"""What the exports of WeChat share: its system lines, its kinds of messages, and how rows become batches."""
