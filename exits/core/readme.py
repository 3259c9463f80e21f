"""The page that lies on top of an export, for whoever opens it in ten years."""

from __future__ import annotations

README = """\
Everything of {name} ({code}), as of {at}
{line}

This is everything that the call centre's software keeps for you. You need no software of ours to read it: every file is
plain text, JSON, YAML, CSV or a FLAC or WAV sound, in UTF-8; instants are in UTC unless a file says otherwise.

Where is what
  manifest.json          every file with its SHA-256 and size, how many rows each table has; signed by the call centre
  tables/NAME.ndjson     every row of every table, one JSON object a line; tables/NAME.schema.json says what a column is
  tables/NAME.csv        the same for interactions, recordings and work orders, for a spreadsheet
  recordings/            every recording and voicemail as FLAC (older ones as WAV); index.csv says which interaction
                         it belongs to, with the SHA-256 of the file, and of what the phone engine captured (as WAV)
  attachments/           every file on a work order, as it came; index.csv says its name, type, work order and digest,
                         and what the scan for malware said. Scan them again before you open them
  prompts/               your own recordings of prompts as WAV, named by the digest that blueprints give
  journal/facts.ndjson   everything that happened, one fact a line, numbered without a gap. Personal texts in it
                         are sealed (they begin with gf1:), because the chain of hashes is over the sealed form
  journal/opened.ndjson  the same facts' personal texts, open: "seq" is the fact's number
  journal/seals.ndjson, journal/heads.ndjson   the chain of hashes, and its end, signed
  journal/cuts.ndjson    only if the oldest facts are no longer kept, as your configuration says: where the journal
                         begins, signed
  journal/unsealed.ndjson   facts of the last second, which had no seal yet (often there are none)
  blueprints/            every version of your configuration as YAML; flows/: every version of every call flow as JSON

What is not in it: passwords, keys and other secrets (their columns are left out); sounds of prompts that a machine
speaks from the texts in the blueprints; what the call centre knows about its own staff beyond the alias that you saw.

How to check it, without us
  python3 glassfloor_verify.py export --keys keys.json EXPORT
  python3 glassfloor_verify.py journal --whole --keys keys.json EXPORT/journal      (of the unpacked folder)
The checker is one file of Python, to be read before it is run; it and keys.json are published by the call centre under
/verify/glassfloor_verify.py and /.well-known/glassfloor-keys.json. Keep both before you leave.

A cell of a CSV file that begins with an apostrophe had a character there that a spreadsheet takes for a formula.
"""


def readme(name: str, code: str, at: str) -> str:
    """Return the page."""
    title = f"Everything of {name} ({code}), as of {at}"
    return README.format(name=name, code=code, at=at, line="=" * len(title))
