from enum import StrEnum


class MailBodyLocale(StrEnum):
    EN = "en"
    ZH_HANS = "zh_Hans"
    ZH_HANT = "zh_Hant"

    def __str__(self) -> str:
        return str(self.value)
