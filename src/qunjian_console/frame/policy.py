"""Who may use the frame's own addresses."""

from qunjian_console.policy.rows import Row, public

ROWS: dict[str, Row] = {
    "frame:language": public("POST"),
    "frame:theme": public("POST"),
    "frame:health": public(),
}
