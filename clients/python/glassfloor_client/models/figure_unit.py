from enum import StrEnum


class FigureUnit(StrEnum):
    COUNT = "count"
    MS = "ms"
    PERCENT = "percent"

    def __str__(self) -> str:
        return str(self.value)
