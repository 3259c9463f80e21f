from enum import StrEnum


class NewHoursScope(StrEnum):
    CALENDAR = "calendar"
    NUMBER = "number"
    QUEUE = "queue"

    def __str__(self) -> str:
        return str(self.value)
