"""Reads what MemoTrace / WeChatMsg (留痕) writes: WeChat talks as CSV."""
