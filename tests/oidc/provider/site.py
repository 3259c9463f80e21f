# mypy: ignore-errors
"""A real OpenID provider in a process of its own: django-oauth-toolkit, RS256, PKCE, groups, RP-initiated logout.

Run: ``python site.py FOLDER PORT CLIENT_JSON``; CLIENT_JSON has ``redirect_uris`` and ``logout_uris``. It prints one
line of JSON when it serves: ``client_id``, ``client_secret``. People sign in with their name as password.
"""

import json
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

FOLDER, PORT, CLIENT = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
ORIGIN = f"http://127.0.0.1:{PORT}"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
PEOPLE = {
    "wang": ("wang@galaxy.example", ["gf-managers", "everyone"]),
    "viewer": ("viewer@galaxy.example", ["gf-viewers"]),
    "nobody": ("nobody@galaxy.example", ["gf-managers"]),
    "outside": ("wang@elsewhere.example", ["gf-managers"]),
}

settings.configure(
    DEBUG=False,
    SECRET_KEY="only-for-tests",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="__main__",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "provider.sqlite3")}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USE_TZ=True,
    LOGIN_URL="/login",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    SESSION_COOKIE_NAME="provider",
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": KEY.decode(),
        "OIDC_ISS_ENDPOINT": f"{ORIGIN}/o",
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
        "OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS": False,
        "PKCE_REQUIRED": True,
        "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
        "SCOPES": {"openid": "openid", "email": "email", "profile": "profile"},
        "OAUTH2_VALIDATOR_CLASS": "__main__.Claims",
    },
)  # fmt: skip
django.setup()

from django.contrib.auth import authenticate, get_user_model, login  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402

FORM = """<!doctype html><title>Provider</title><h1>Provider of Galaxy</h1><form method="post">
<input name="name" id="name" autofocus>
<input name="password" id="password" type="password"><button>Log in</button></form>"""


class Claims(OAuth2Validator):
    """E-mail and groups, straight into the ID token."""

    oidc_claim_scope = None

    def get_additional_claims(self, request):
        user = request.user
        groups = list(user.groups.values_list("name", flat=True))
        return {"email": user.email, "email_verified": True, "name": user.username, "groups": groups}


def enter(request):
    """Log in with a name as its own password."""
    if request.method == "POST":
        user = authenticate(request, username=request.POST["name"], password=request.POST["password"])
        if user is not None:
            login(request, user)
            return HttpResponseRedirect(request.GET["next"])
    return HttpResponse(FORM)


def groups(request):
    """For tests: set a person's groups, ``/groups/?name=wang&to=a,b``."""
    user = get_user_model().objects.get(username=request.GET["name"])
    wanted = [name for name in request.GET["to"].split(",") if name]
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in wanted])
    return HttpResponse("ok")


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("login", enter),
    path("groups/", groups),
]


class Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log_message(self, *_args):
        """Say nothing."""


class Threaded(ThreadingMixIn, WSGIServer):
    """A browser holds connections open."""

    daemon_threads = True


def main():
    """Make people and the client, then serve until killed."""
    call_command("migrate", verbosity=0)
    for name, (email, groups_) in PEOPLE.items():
        user = get_user_model().objects.create_user(name, email, name)
        user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups_])
    model = get_application_model()
    secret = "a-secret-of-the-tests-that-is-long"
    client = model.objects.create(
        name="Glassfloor", client_type=model.CLIENT_CONFIDENTIAL, client_secret=secret, algorithm="RS256",
        authorization_grant_type=model.GRANT_AUTHORIZATION_CODE, skip_authorization=True,
        redirect_uris=" ".join(CLIENT["redirect_uris"]), post_logout_redirect_uris=" ".join(CLIENT["logout_uris"]),
    )  # fmt: skip
    server = make_server("127.0.0.1", PORT, get_wsgi_application(), server_class=Threaded, handler_class=Quiet)
    print(json.dumps({"client_id": client.client_id, "client_secret": secret}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
