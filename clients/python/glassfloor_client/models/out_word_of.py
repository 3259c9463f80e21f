from enum import StrEnum


class OutWordOf(StrEnum):
    PRIORITY = "priority"
    STATUS = "status"

    def __str__(self) -> str:
        return str(self.value)
