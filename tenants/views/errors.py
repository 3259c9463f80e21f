"""What saved views refuse."""

from __future__ import annotations

from kit.errors import ValidationFailed


class ViewNotSaved(ValidationFailed):
    """The view has no name, its name or filter is too long, or the person keeps as many as it may."""

    code = "view_not_saved"
    title = "This view cannot be saved"
