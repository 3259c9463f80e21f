"""What this room does: keeps endpoints, writes down what they are owed, and hands it out for delivery in order."""

from webhooks.service.alerts import AlertTold, Trial, push_alert, trials
from webhooks.service.deliveries import DeadLetter, dead_letters, replay
from webhooks.service.endpoints_of import Endpoint, enable, endpoint_of, ensure_endpoints
from webhooks.service.events import announce
from webhooks.service.heads import brought, push_head, takers

__all__ = [
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
    "push_alert",
    "push_head",
    "replay",
    "takers",
    "trials",
]
