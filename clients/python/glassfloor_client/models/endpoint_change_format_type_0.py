from enum import StrEnum


class EndpointChangeFormatType0(StrEnum):
    CLOUDEVENTS = "cloudevents"
    STANDARD = "standard"
    TMF621_V4 = "tmf621_v4"
    TMF621_V5 = "tmf621_v5"

    def __str__(self) -> str:
        return str(self.value)
