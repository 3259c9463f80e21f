"""What a client changes itself while its centre runs, within its contract: hours, pauses, announcements, priorities."""
