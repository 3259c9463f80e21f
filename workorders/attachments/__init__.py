"""Files on work orders: received, sealed, scanned, and shown to the other side when they are clean."""
