"""What the probe does: finds every member, fills its parameters, attacks it, keeps the runs."""
