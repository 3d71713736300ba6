"""A15: drawing a file fetches nothing and runs nothing: what somebody wrote stands in it as she wrote it."""

from __future__ import annotations

import socket
from io import BytesIO

from pypdf import PdfReader

from careteam.treatments.services import add_medicine
from tests.conftest import Clinician, Maren


def test_nothing_is_fetched_or_read_while_a_file_is_drawn(patient: Maren, psychiatrist: Clinician) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listens:
        listens.settimeout(0.3)
        here = f"http://127.0.0.1:{listens.getsockname()[1]}/x"
        tries = [
            f"<img src={here}>",
            f'#image("{here}")',
            '#read("visit_summary.typ")',
            "#eval(sys.inputs.words)",
            '#include "/etc/passwd"',
            "<img src=file:///etc/passwd>",
            f"![x]({here})",
            "#panic()",
        ]
        patient.writes_note("\n".join(tries), title=tries[1], shared=True)
        patient.does(add_medicine, name=tries[2], purpose=tries[0], start="2025-03")
        answer = psychiatrist.browser.get(f"/patients/{patient.id}/summary/pdf/")
        assert answer.headers["Content-Type"] == "application/pdf"
        try:
            listens.accept()
        except TimeoutError:
            asked = False
        else:
            asked = True
    assert not asked
    drawn = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    text = "".join(drawn.replace("\u200b", "").split())  # a long word may break anywhere
    for one in tries:
        assert "".join(one.split()) in text, one
    assert "root:" not in text
    assert "#let" not in text
