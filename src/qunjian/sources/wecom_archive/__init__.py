"""Reads the decrypted messages of WeCom's conversation archive (企业微信会话内容存档)."""
