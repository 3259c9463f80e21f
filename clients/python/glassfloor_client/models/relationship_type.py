from enum import StrEnum


class RelationshipType(StrEnum):
    BLOCKED_BY = "blocked_by"
    BLOCKS = "blocks"
    CAUSED_BY = "caused_by"
    CAUSES = "causes"
    DUPLICATED_BY = "duplicated_by"
    DUPLICATES = "duplicates"
    RELATES_TO = "relates_to"
    SUPERSEDED_BY = "superseded_by"
    SUPERSEDES = "supersedes"

    def __str__(self) -> str:
        return str(self.value)
