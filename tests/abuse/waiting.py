"""What of the abuse cases waits for something that does not exist yet, and what is held meanwhile."""

from __future__ import annotations

WHOLE = {
    "A06": "nothing is exported by a job: every file is drawn and sent in the request that asks for it",
    "A07": "there are no links for sharing: nobody sees anything without an account",
    "A13": "no file with commas is written: what is downloaded is a PDF, a calendar entry or plain text",
}
IN_PART = {
    "A11": "the seconds themselves (500 pairs, nightly) are for a machine that does nothing else; the work is compared",
    "A16": "files come by the operator's command alone, in JSON: uploads, archives and XML wait for the import page",
    "A23": "the half about links for sharing and their passcodes waits for the links",
    "A24": "the chain, its checkpoints and the twelve kinds of tampering wait for the sealed log",
    "A25": "backups and emergency access wait; that no log, mail or message says a word is asked in A01 and A05",
}
CASES = tuple(f"A{number:02}" for number in range(1, 26))
