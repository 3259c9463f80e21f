from enum import StrEnum


class NewTransitionPendingOnType0(StrEnum):
    END_CUSTOMER = "end_customer"
    OUTSOURCER = "outsourcer"
    TENANT = "tenant"
    THIRD_PARTY = "third_party"

    def __str__(self) -> str:
        return str(self.value)
