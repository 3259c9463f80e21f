from enum import StrEnum


class StepRequiresItem(StrEnum):
    PENDING_ON = "pending_on"
    REASON = "reason"

    def __str__(self) -> str:
        return str(self.value)
