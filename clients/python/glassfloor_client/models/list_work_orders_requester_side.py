from enum import StrEnum


class ListWorkOrdersRequesterSide(StrEnum):
    OUTSOURCER = "outsourcer"
    TENANT = "tenant"

    def __str__(self) -> str:
        return str(self.value)
