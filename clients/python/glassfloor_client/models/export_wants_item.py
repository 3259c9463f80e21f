from enum import StrEnum


class ExportWantsItem(StrEnum):
    CSV = "csv"
    FACTS = "facts"
    RECORDINGS = "recordings"

    def __str__(self) -> str:
        return str(self.value)
