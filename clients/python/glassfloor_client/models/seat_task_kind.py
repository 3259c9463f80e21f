from enum import StrEnum


class SeatTaskKind(StrEnum):
    CALL_BACK = "call_back"
    COLLECT_INFO = "collect_info"
    INFORM_CUSTOMER = "inform_customer"

    def __str__(self) -> str:
        return str(self.value)
