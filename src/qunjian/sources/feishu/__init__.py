"""Reads messages of Feishu (Lark) groups as its open interfaces give them."""
