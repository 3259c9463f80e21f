"""Looking for malware in files: what a scanner is, and those that there are."""
