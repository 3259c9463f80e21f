"""A client's own settings: forms that edit a draft of its blueprint, the draft's changes, publishing, undoing."""
