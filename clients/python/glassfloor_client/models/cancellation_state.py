from enum import StrEnum


class CancellationState(StrEnum):
    ACCEPTED = "accepted"
    DONE = "done"
    INPROGRESS = "inProgress"
    TERMINATEDWITHERROR = "terminatedWithError"

    def __str__(self) -> str:
        return str(self.value)
