"""A tenant's do-not-call list: whom nobody calls on our own motion, who put it there, why, and until when."""
