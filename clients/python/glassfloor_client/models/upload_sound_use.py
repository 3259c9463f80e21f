from enum import StrEnum


class UploadSoundUse(StrEnum):
    MUSIC = "music"
    PROMPT = "prompt"

    def __str__(self) -> str:
        return str(self.value)
