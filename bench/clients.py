"""Files of ``bench.onboarding``: a centre with a seat for each client, and clients of the size of a real one."""

from __future__ import annotations

import json


def mail(seat: str) -> str:
    """Return the agent of a seat."""
    return f"agent{seat}@bench.example"


def centre_file(clients: int) -> str:
    """Return a centre with an agent for each client, and people of the other roles."""
    seats = [str(1000 + number) for number in range(clients)]
    staff = [{"email": mail(seat), "name": f"Agent {seat}", "role": "agent", "seat": seat} for seat in seats]
    staff += [
        {"email": f"{role}{n}@bench.example", "name": f"{role} {n}", "role": role}
        for role in ("supervisor", "quality", "onboarding")
        for n in range(3)
    ]
    return json.dumps({"centre": 1, "name": "Bench", "zone": "UTC", "seats": seats, "staff": staff})


def client_file(number: int, *, seat: str) -> str:
    """Return a client: people, hours, prompts, a menu, two queues, a number, a seat and a system of its own."""
    code = f"client{number:03}"
    return f"""
blueprint: 1
tenant: {{code: {code}, name: 客户 {number}, zone: Asia/Hong_Kong, languages: [en]}}
contract:
  service_level: {{variant: SL2, threshold_s: 20, target_pct: 80}}
people:
  - {{email: manager@{code}.example, name: Manager {number}, role: client_manager}}
  - {{email: viewer@{code}.example, name: Viewer {number}, role: client_viewer}}
calendars:
  - code: office
    holidays: HK
    weekly: {{mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"]}}
prompts:
  - {{code: welcome, text: {{en: Welcome.}}}}
  - {{code: busy, text: {{en: All our colleagues are busy.}}}}
  - {{code: closed, text: {{en: We are closed at the moment.}}}}
skills:
  - {{code: orders, name: Orders}}
  - {{code: returns, name: Returns}}
queues:
  - code: care
    name: Care
    needs: {{orders: 1}}
    wrap_up_s: 30
    dispositions: [{{code: solved, name: Solved}}, {{code: later, name: Call back}}]
  - code: returns
    name: Returns
    needs: {{returns: 1}}
flows:
  - schema: flow/1
    id: main
    entry: hello
    locales: [en]
    nodes:
      hello: {{type: play, prompt: {{en: {{asset: welcome}}}}, exits: {{done: care}}}}
      care:
        type: queue
        queue: "q:care"
        while_waiting: {{music: default}}
        exits: {{timeout: sorry, overflow: sorry, no_agents: sorry, closed: sorry, error: sorry}}
      sorry: {{type: play, prompt: {{en: {{asset: busy}}}}, exits: {{done: bye}}}}
      bye: {{type: end}}
numbers:
  - {{number: "+8523{number:07}", flow: main}}
seats:
  - {{seat: "{seat}", kind: dedicated, agent: {mail(seat)}, alias: Care {number}, skills: {{orders: 3, returns: 3}}}}
connections:
  - {{code: oms, name: Orders, url: "https://oms.{code}.example/hook"}}
recording: {{policy: never}}
"""
