"""What people do to standards, a file per group."""
