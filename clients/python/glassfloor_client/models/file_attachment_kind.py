from enum import StrEnum


class FileAttachmentKind(StrEnum):
    FILE = "file"
    RECORDING_MOMENT = "recording_moment"

    def __str__(self) -> str:
        return str(self.value)
