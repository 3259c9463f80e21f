"""What this room does: keeps endpoints, writes down what they are owed, and hands it out for delivery in order."""

from webhooks.service.agreements import AgreementTold, hold, push_agreement, release
from webhooks.service.alerts import AlertTold, Trial, push_alert, trials
from webhooks.service.deliveries import DeadLetter, dead_letters, replay
from webhooks.service.endpoints_of import Endpoint, enable, endpoint_of, ensure_endpoints
from webhooks.service.events import announce
from webhooks.service.heads import brought, push_head, takers
from webhooks.service.states import push_state

__all__ = [
    "AgreementTold",
    "AlertTold",
    "DeadLetter",
    "Endpoint",
    "Trial",
    "announce",
    "brought",
    "dead_letters",
    "enable",
    "endpoint_of",
    "ensure_endpoints",
    "hold",
    "push_agreement",
    "push_alert",
    "push_head",
    "push_state",
    "release",
    "replay",
    "takers",
    "trials",
]
