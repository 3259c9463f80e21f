"""The first page of each role: it answers that role's first question before anything is clicked."""
