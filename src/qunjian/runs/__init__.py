"""The use cases (import, inspect, measure, report, demo, doctor), called by the command line, jobs and API alike."""
