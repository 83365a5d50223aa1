"""The records, their Arrow schemas, decisions, periods and errors."""
