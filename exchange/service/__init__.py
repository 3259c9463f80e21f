"""What this room does: keeps agreements, takes messages in, and lets work orders follow them."""
