from enum import StrEnum


class NewExportWantsItem(StrEnum):
    CSV = "csv"
    FACTS = "facts"
    RECORDINGS = "recordings"

    def __str__(self) -> str:
        return str(self.value)
