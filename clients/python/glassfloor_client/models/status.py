from enum import StrEnum


class Status(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    HELD = "held"
    INPROGRESS = "inProgress"
    PENDING = "pending"
    REJECTED = "rejected"
    RESOLVED = "resolved"
    SUBMITTED = "submitted"

    def __str__(self) -> str:
        return str(self.value)
