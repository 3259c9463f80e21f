"""What this room refuses."""

from __future__ import annotations

from kit.errors import Conflict, Problem


class SignatureInvalid(Exception):
    """A message is not signed by the holder of the secret, or is too old; the sentence says which, for a log."""


class TooManyEndpoints(Conflict):
    """A connection has at most twenty endpoints."""

    code = "too_many_endpoints"
    title = "This connection has twenty endpoints already"


class EndpointExists(Conflict):
    """The connection has an endpoint with this address already: ``existing``."""

    code = "endpoint_exists"
    title = "This connection has an endpoint with this address already"


class EndpointUnverified(Conflict):
    """Nothing is sent to an address that has not said that it wants it: verify the endpoint first."""

    code = "endpoint_unverified"
    title = "Verify this endpoint first"


class BlueprintsEndpoint(Conflict):
    """The endpoint follows the connection of the blueprint: its address is changed, and it is removed, there."""

    code = "endpoint_of_blueprint"
    title = "This endpoint follows the blueprint"


class ConnectorsEndpoint(Conflict):
    """The endpoint is a system that is called by its own API: it is changed and removed with the connector."""

    code = "endpoint_of_connector"
    title = "This endpoint belongs to a connector"


class NoConsent(Problem):
    """The address did not answer as somebody would who wants to have events there; ``answer`` says what came."""

    status = 422
    code = "endpoint_no_consent"
    title = "The address did not agree to take events"


class UrlRefused(Problem):
    """Events go to https addresses of the public internet only, without a name and password in them."""

    status = 400
    code = "url_refused"
    title = "Nothing is sent to this address"
