"""The centre of the switchboard's tests: two agents, two clients."""

from __future__ import annotations

CENTRE = """
centre: 1
name: Test Centre
zone: Asia/Hong_Kong
trunks: [{name: o-carrier, address: 127.0.0.2}]
seats: ["8001", "8002"]
desks: ["9001"]
staff:
  - {email: li@harbour.example, name: Li, role: agent, seat: "8001"}
  - {email: bo@harbour.example, name: Bo, role: agent, seat: "8002"}
  - {email: grace@harbour.example, name: Grace, role: supervisor}
  - {email: hugo@harbour.example, name: Hugo, role: supervisor}
"""

ALPHA = """
blueprint: 1
tenant: {code: alpha, name: Alpha, zone: Asia/Shanghai, languages: [en]}
prompts: [{code: welcome, text: {en: Welcome}}]
skills: [{code: returns, name: Returns}]
queues:
  - {code: care, name: Care, needs: {returns: 1}, ring_s: 15, max_wait_s: 120, wrap_up_s: 30,
     dispositions: [{code: solved, name: Solved}, {code: other, name: Other}]}
flows:
  - schema: flow/1
    id: main
    entry: hello
    locales: [en]
    nodes:
      hello: {type: play, prompt: {en: {asset: welcome}}, exits: {done: menu}}
      menu: {type: menu, prompt: {en: {tts: Press one or two}}, options: {"1": care, "2": vm}, timeout_s: 5,
             max_tries: 2, exits: {no_input: care, no_match: care, error: bye}}
      care: {type: queue, queue: "q:care", exits: {timeout: vm, overflow: bye, no_agents: vm, error: bye}}
      vm: {type: voicemail, prompt: {en: {tts: Leave a message}}, max_s: 20, exits: {done: bye}}
      bye: {type: end, reason: normal}
  - schema: flow/1
    id: direct
    entry: care
    locales: [en]
    nodes:
      care: {type: queue, queue: "q:care", exits: {timeout: vm, overflow: bye, no_agents: vm, error: bye}}
      vm: {type: voicemail, prompt: {en: {tts: Leave a message}}, max_s: 20, exits: {done: bye}}
      bye: {type: end, reason: normal}
numbers: [{number: "+862150001234", flow: main}, {number: "+862150009999", flow: direct}]
seats:
  - {seat: "8001", kind: dedicated, agent: li@harbour.example, alias: A1, skills: {returns: 4}}
  - {seat: "8002", kind: shared, agent: bo@harbour.example, alias: A2, skills: {returns: 2}}
recording: {policy: always}
"""

BETA = """
blueprint: 1
tenant: {code: beta, name: Beta, zone: UTC, languages: [en]}
queues: [{code: sales, name: Sales, ring_s: 10, max_wait_s: 60, wrap_up_s: 0}]
flows:
  - schema: flow/1
    id: main
    entry: sales
    locales: [en]
    nodes:
      sales: {type: queue, queue: "q:sales", exits: {timeout: bye, overflow: bye, no_agents: bye, error: bye}}
      bye: {type: end, reason: busy}
numbers: [{number: "+85221800000", flow: main}]
seats: [{seat: "8002", kind: shared, agent: bo@harbour.example, alias: B2}]
recording: {policy: never}
"""
