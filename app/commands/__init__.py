"""The command line by topic; mounted in app.cli."""
