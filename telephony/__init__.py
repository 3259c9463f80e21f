"""The phone network as a port: commands out, events in, and the adapters that speak to real engines."""
