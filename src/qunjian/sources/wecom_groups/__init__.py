"""Reads who is in WeCom customer groups, and how many: group details, member lists, statistics."""
