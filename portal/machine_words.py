"""Words of sign-in services, keys and limits."""

from __future__ import annotations

from portal.sentences import Gettext


def machine_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return why a sign-in was refused, what is wrong with a field, and how a secret is sent."""
    return {
        "idp_reason": _reasons(_),
        "idp_field": {
            "name": _("1 to 80 characters, and no other service has this name."),
            "issuer": _("An https address without query and fragment, exactly as the service calls itself."),
            "client_id": _("The identifier that the service gave to Glassfloor."),
            "auth_method": _("Choose one of the three ways."),
            "domains": _("Domains such as example.com, one a line."),
            "groups_claim": _("The name of one claim."),
            "roles": _("One group a line with one of your own roles, or a role for everybody."),
            "default_role": _("One of your own roles."),
            "origins": _("Origins such as https://keys.example.com, one a line."),
        },
        "credentials": {"title": _("Keys and clients")},
        "credential_state": {
            "lives": _("Alive"),
            "soon": _("Ends soon"),
            "over": _("Over its time"),
            "ended": _("Ended"),
        },
        "client_method": {
            "client_secret_basic": _("Secret in the header (usual)"),
            "client_secret_post": _("Secret in the body"),
            "private_key_jwt": _("Signed assertion (its own key)"),
        },
        "route_class": {
            "read": _("Reading"),
            "write": _("Changing"),
            "expensive": _("Recordings, reports, exports"),
        },
        "auth_method": {
            "client_secret_basic": _("Secret in the header (usual)"),
            "client_secret_post": _("Secret in the body"),
            "none": _("No secret (PKCE only)"),
        },
    }


def _reasons(_: Gettext) -> dict[str, str]:
    return {
        "away": _("Your company's sign-in service does not answer. Try again in a moment."),
        "refused_by_idp": _("Your company's sign-in service refused, or you cancelled there."),
        "wrong_answer": _(
            "The answer of your company's sign-in service was not accepted. Your company's IT can "
            "look at it with the test on the settings page."
        ),
        "expired_flow": _("This sign-in took too long, was used already, or began in another browser."),
        "not_linked": _(
            "Your account there is not connected to anybody here. Ask your client manager for an invitation."
        ),
        "email_unverified": _(
            "Your company's service does not vouch for your e-mail address. Ask your client manager for an invitation."
        ),
        "wrong_domain": _("Your e-mail address there is not one of your company's domains."),
        "no_role": _("Your groups there give you no role here. Your company's IT can change that."),
        "other_identity": _("You are connected here with another account of that service."),
        "not_anew": _("Your company's service did not say that it asked you again. Sign out, and sign in there anew."),
        "disabled": _("Your company has switched this sign-in off."),
        "invitation": _("This invitation was used already, or is too old. Ask for a new one."),
    }
