from enum import StrEnum


class AttachmentKind(StrEnum):
    FILE = "file"
    RECORDING_MOMENT = "recording_moment"

    def __str__(self) -> str:
        return str(self.value)
