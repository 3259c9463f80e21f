from enum import StrEnum


class CompletionState(StrEnum):
    DONE = "done"
    FAILED = "failed"

    def __str__(self) -> str:
        return str(self.value)
