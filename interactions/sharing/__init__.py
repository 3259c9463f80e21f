"""Links by which a recording, or a part of it, is heard by others."""
