"""Tools without business words: settings, databases, jobs, errors, ids, time, logs."""
