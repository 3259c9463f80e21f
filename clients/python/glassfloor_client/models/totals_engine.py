from enum import StrEnum


class TotalsEngine(StrEnum):
    LOST = "lost"
    OK = "ok"

    def __str__(self) -> str:
        return str(self.value)
