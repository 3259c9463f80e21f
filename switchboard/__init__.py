"""The running heart: turns decisions into calls, and everything that happens into facts."""
