"""QQ Chat Exporter, XLSX and the same sheet as CSV."""
