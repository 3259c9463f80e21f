"""The commands by which a client's technician begins: with the client's address, system and type of work orders in it.

None holds a secret: the key is read from the keyboard, and what signs is made on the developer's own machine. Each is
run by a test as it is shown, but for what installs packages.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenants.core.work_orders import OrderField

_KEY = '-H "Authorization: Bearer $GLASSFLOOR_KEY"'
_SENDS = f'{_KEY} \\\n  -H "Content-Type: application/json"'
_HOOK = '"http://127.0.0.1:${PORT:-3000}/hook"'
_LISTS = """\
python3 - <<'END'
import os

from glassfloor_client import AuthenticatedClient
from glassfloor_client.api.work_orders import list_work_orders

client = AuthenticatedClient(os.environ["GLASSFLOOR_URL"], token=os.environ["GLASSFLOOR_KEY"])
for order in list_work_orders.sync(client=client, limit=10).data:
    print(order.number, order.status, order.title)
END"""


@dataclass(frozen=True, slots=True)
class Begins:
    """What the commands are filled in with. ``url``: where the API is; ``custom``: what the type asks for."""

    url: str
    connection: str
    type: str
    title: str
    custom: Mapping[str, Any]


def sample(fields: Iterable[OrderField], today: date) -> dict[str, Any]:
    """Return a value for each field that a work order of a type must have."""
    return {each.code: _value(each, today) for each in fields if each.required}


def commands(begins: Begins) -> dict[str, str]:
    """Return each command by its name, for a shell as bash and zsh are."""
    url, system = begins.url.rstrip("/"), shlex.quote(begins.connection)
    place = shlex.quote(f".glassfloor-{begins.connection}")
    asked = {"type": begins.type, "title": begins.title, **({"custom": begins.custom} if begins.custom else {})}
    body = shlex.quote(json.dumps(asked, ensure_ascii=False))
    return {
        "connect": f"export GLASSFLOOR_URL={shlex.quote(url)}\nread -rs GLASSFLOOR_KEY && export GLASSFLOOR_KEY",
        "check": f'curl -fsS "$GLASSFLOOR_URL/v1/keys/self" {_KEY}',
        "ask": f'curl -fsS "$GLASSFLOOR_URL/v1/work-orders" {_SENDS} -H "Idempotency-Key: first-$(date +%s)" \\\n'
               f"  -d {body} -o order.json\n"
               "cat order.json\n"
               """export ORDER=$(python3 -c 'import json; print(json.load(open("order.json"))["id"])')""",
        "cancel": f'TAG=$(curl -fsS -o /dev/null -D - "$GLASSFLOOR_URL/v1/work-orders/$ORDER" {_KEY} \\\n'
                  "  | tr -d '\\r' | sed -n 's/^[Ee][Tt][Aa][Gg]: //p')\n"
                  f'curl -fsS "$GLASSFLOOR_URL/v1/work-orders/$ORDER/transitions" {_SENDS} \\\n'
                  '  -H "If-Match: $TAG" -H "Idempotency-Key: cancel-$ORDER" \\\n'
                  """  -d '{"to": "cancelled", "reason": "test"}'""",
        "waiting": 'curl -fsS "$GLASSFLOOR_URL/v1/work-orders?status=submitted&requester_side=outsourcer" \\\n'
                   f"  {_KEY}",
        "receive": 'curl -fsSO "$GLASSFLOOR_URL/developers/glassfloor_receiver.py"\n'
                   'curl -fsSO "$GLASSFLOOR_URL/developers/glassfloor_workorders.py"\n'
                   "export WEBHOOK_SECRET=whsec_$(head -c 32 /dev/urandom | base64)\n"
                   "python3 glassfloor_receiver.py &",
        "listen": f"python3 glassfloor_workorders.py listen --once --from-start --cursor {place} \\\n"
                  f'  --forward {_HOOK} --secret "$WEBHOOK_SECRET"',
        "conformance": f"python3 glassfloor_workorders.py conformance --connection {system} \\\n"
                       f'  --endpoint {_HOOK} --secret "$WEBHOOK_SECRET" \\\n'
                       f"  --probe {_HOOK.replace('/hook', '/probe')} \\\n"
                       f"  --fail-next {_HOOK.replace('/hook', '/fail-next')}",
        "client": 'curl -fsSO "$GLASSFLOOR_URL/developers/glassfloor_client.zip"\n'
                  "python3 -m zipfile -e glassfloor_client.zip .\n"
                  "python3 -m pip install -q httpx attrs python-dateutil",
        "lists": _LISTS,
    }  # fmt: skip


def _value(field: OrderField, today: date) -> Any:  # noqa: ANN401 - any JSON value
    if field.kind == "choice":
        return field.choices[0]
    return {"text": "test", "date": today.isoformat(), "number": 1, "phone": "+12025550123"}[field.kind]
