"""Who may do what with imports: owners and QA leads bring data in, auditors look at what was brought."""

from qunjian_console.ingest.selectors import import_there, mapping_there, own_upload
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, community, form, page

_BRINGERS = (Role.OWNER, Role.LEAD)
_READERS = (*_BRINGERS, Role.INSPECTOR, Role.MANAGER, Role.AUDITOR)

ROWS: dict[str, Row] = {
    "ingest:imports": page(*_BRINGERS, Role.AUDITOR),
    "ingest:receive": action(*_BRINGERS),
    "ingest:upload": page(*_BRINGERS, of=own_upload),
    "ingest:add": action(*_BRINGERS, of=own_upload),
    "ingest:examine": action(*_BRINGERS, of=own_upload),
    "ingest:choose": action(*_BRINGERS, of=own_upload),
    "ingest:start": action(*_BRINGERS, of=own_upload),
    "ingest:discard": action(*_BRINGERS, of=own_upload),
    "ingest:file": page(*_BRINGERS, of=own_upload),
    "ingest:file-remove": action(*_BRINGERS, of=own_upload),
    "ingest:workbench": form(*_BRINGERS, of=own_upload),
    "ingest:attempt": action(*_BRINGERS, of=own_upload),
    "ingest:mappings": page(*_BRINGERS),
    "ingest:mapping": form(*_BRINGERS, of=mapping_there),
    "ingest:mapping-download": page(*_BRINGERS, of=mapping_there),
    "ingest:quality": page(*_READERS),
    "ingest:quality-look": action(*_BRINGERS),
    "ingest:quality-one": page(*_READERS, of=community()),
    "ingest:quality-moment": page(*_READERS, of=community()),
    "ingest:report": page(*_BRINGERS, Role.AUDITOR, of=import_there),
    "ingest:undo": form(*_BRINGERS, of=import_there),
}
