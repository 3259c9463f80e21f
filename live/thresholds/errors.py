"""What is refused about thresholds and alerts."""

from __future__ import annotations

from kit.errors import Conflict, TooManyRequests, ValidationFailed


class RuleNotClear(ValidationFailed):
    """A threshold cannot be as it was written: a figure, scope, value, window or person that does not fit."""

    code = "alert_rule_not_clear"
    title = "This threshold cannot be set like this"


class TooManyRules(Conflict):
    """The client has 100 thresholds already."""

    code = "too_many_alert_rules"
    title = "A client has at most 100 thresholds"


class AlertOver(Conflict):
    """The alert is over, or somebody takes care of it already."""

    code = "alert_over"
    title = "This alert is over, or somebody takes care of it already"


class TooManyTests(TooManyRequests):
    """More than five tests of one person within a minute."""

    code = "too_many_alert_tests"
    title = "Too many tests within a minute"
