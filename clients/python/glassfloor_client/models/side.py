from enum import StrEnum


class Side(StrEnum):
    OUTSOURCER = "outsourcer"
    TENANT = "tenant"

    def __str__(self) -> str:
        return str(self.value)
