from enum import StrEnum


class LinkAudience(StrEnum):
    ANYONE = "anyone"
    PEOPLE = "people"

    def __str__(self) -> str:
        return str(self.value)
