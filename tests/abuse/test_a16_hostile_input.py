"""A16: input that is too large, too deep or no JSON is refused quickly. (Files for import: tests/exchange.)"""

from __future__ import annotations

import resource
import time

from tests.abuse.kept import kept
from tests.api.programs import JSON, V1, Program
from tests.conftest import Maren

BODIES = {
    "a megabyte and more": b'{"words": "' + b"x" * 1_000_001 + b'"}',
    "ten megabytes": b"[" + b"0," * 5_000_000 + b"0]",
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep below a field": b'{"words": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "not a number": b'{"words": NaN}',
    "without an end": b'{"words": Infinity}',
    "half": b'{"words": "w"',
    "two": b'{"words": "w"} {"words": "w"}',
    "not UTF-8": b'{"words": "\xff\xfe"}',
    "UTF-16": '{"words": "w"}'.encode("utf-16"),
    "XML with entities": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    "a zip": b"PK\x03\x04" + b"\0" * 1000,
    "many fields": b"{" + b",".join(b'"f%d": 1' % number for number in range(50_000)) + b"}",
    "a long number": b'{"words": ' + b"9" * 100_000 + b"}",
    "empty": b"",
    "a list": b"[]",
    "null": b"null",
}


def test_every_hostile_body_is_refused_quickly_and_leaves_nothing(patient: Maren, maren: Program) -> None:
    before, grew = kept(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path, begin = f"{V1}patients/{patient.id}/goals/", time.process_time()
    for name, body in BODIES.items():
        answer = maren.client.generic("POST", path, body, content_type=JSON, headers=maren.headers)
        assert answer.status_code in {400, 413, 422}, (name, answer.status_code)
        assert len(answer.content) < 20_000, name
    assert time.process_time() - begin < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grew < 100_000  # kilobytes
    bomb = maren.client.generic(
        "POST",
        path,
        b"\x1f\x8b" + b"\0" * 100,
        content_type=JSON,
        headers={**maren.headers, "content-encoding": "gzip"},
    )
    assert bomb.status_code == 400  # nothing is unpacked
    assert kept() == before
