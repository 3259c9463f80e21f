"""TM Forum's TMF621 (trouble tickets, versions 4 and 5) as another way to speak of work orders."""
