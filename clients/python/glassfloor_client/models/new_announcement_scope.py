from enum import StrEnum


class NewAnnouncementScope(StrEnum):
    FLOW = "flow"
    NUMBER = "number"
    QUEUE = "queue"

    def __str__(self) -> str:
        return str(self.value)
