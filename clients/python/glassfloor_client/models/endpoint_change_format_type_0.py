from enum import StrEnum


class EndpointChangeFormatType0(StrEnum):
    CLOUDEVENTS = "cloudevents"
    STANDARD = "standard"

    def __str__(self) -> str:
        return str(self.value)
