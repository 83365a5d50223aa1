"""Reports: built, previewed apart from the console, kept with what they rest on, downloaded, scheduled."""
