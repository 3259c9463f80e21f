from enum import StrEnum


class AgreeConnectionAgreementAct(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    INVITE = "invite"
    RESUME = "resume"
    REVOKE = "revoke"
    SUSPEND = "suspend"

    def __str__(self) -> str:
        return str(self.value)
