"""Long work as rows of our own: progress, cancelling, retries, and a reaper for killed workers."""
