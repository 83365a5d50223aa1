"""The icons pages may use, by their names in the set of Tabler; set-up gathers just these into one file."""

ICONS = (
    "home", "users", "user", "logout", "settings", "shield-check", "list-details", "clock", "alert-triangle", "check",
    "x", "player-play", "refresh", "sun", "moon", "language", "keyboard", "menu-2", "plus", "lock", "device-mobile",
    "database", "file-import", "search", "report", "messages", "bell", "download", "copy", "arrow-right", "building",
    "history", "eye", "help", "scale", "clipboard-check", "flag", "chart-bar", "upload", "trash", "edit", "filter",
)  # fmt: skip
