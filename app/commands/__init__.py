"""The command line by topic; mounted in app.cli."""

import gc

AT_WORK = gc.get_threshold()
"""How often the collector looks at new objects in a process that serves."""

# What is imported stays: to look at it again and again for rubbish is an eighth of the time that a start takes.
gc.set_threshold(50_000, 20, 20)
