from enum import StrEnum


class CreateAttachmentJsonNewAttachmentVisibilityType0(StrEnum):
    INTERNAL = "internal"
    SHARED = "shared"

    def __str__(self) -> str:
        return str(self.value)
