"""Reads Mattermost's bulk export."""
