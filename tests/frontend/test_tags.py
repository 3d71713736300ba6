"""The small words of the pages, rendered as a page would."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.template import Context, Template
from django.utils.html import strip_tags

from careteam.accounts.models import Role
from careteam.accounts.viewer import Viewer
from careteam.sharing.pictures import SeeLine
from frontend.templatetags import careteam as tags

CHICAGO = Viewer(uuid4(), Role.PATIENT, "Maren Holt", "America/Chicago")
THIS_YEAR = datetime.now(UTC).year


def page(source: str, viewer: Viewer | None = CHICAGO, **words: Any) -> str:
    """A piece of a page as this viewer gets it."""
    context: Any = Context(words)
    context.request = SimpleNamespace(viewer=viewer)
    return str(Template("{% load careteam %}" + source).render(context))


def plain(html: str) -> str:
    """What a person hears: the words without the drawing and the tags."""
    return " ".join(strip_tags(html.replace("<li>", " ")).split())


# -- Who can see this --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "words"),
    [
        (SeeLine("people", ("Dr Lee",)), "Who can see this: Dr Lee can see this"),
        (SeeLine("people", ("Dr Lee", "Tomás")), "Who can see this: Dr Lee and Tomás can see this"),
        (SeeLine("people", ("A", "B", "C")), "Who can see this: A, B and C can see this"),
        (SeeLine("people", ("A", "B", "C", "D")), "Who can see this: A, B and 2 others can see this A B C D"),
        (SeeLine("me"), "Who can see this: Only you can see this"),
        (SeeLine("draft"), "Who can see this: A draft: only you can see this"),
        (SeeLine("you", ("Maren Holt",)), "Who can see this: Maren Holt shares this with you"),
    ],
)
def test_the_line_names_people_and_not_roles(line: SeeLine, words: str) -> None:
    assert plain(page("{% see line %}", line=line)) == words


@pytest.mark.parametrize("kind", ["me", "draft", "paused", "withdrawn"])
def test_what_nobody_else_sees_has_the_dashed_edge(kind: Any) -> None:
    assert 'class="see me"' in page("{% see line %}", line=SeeLine(kind))


@pytest.mark.parametrize("kind", ["people", "you"])
def test_what_others_see_has_the_solid_edge(kind: Any) -> None:
    assert 'class="see"' in page("{% see line %}", line=SeeLine(kind, ("Dr Lee",)))


def test_e34_a_name_cannot_bring_markup_along() -> None:
    assert "&lt;b&gt;" in page("{% see line %}", line=SeeLine("people", ("<b>",)))


def test_what_is_no_record_says_who_sees_it_in_its_own_words() -> None:
    html = page('{% only_you "Only you can see this log" change="/share/" label="Share it" %}')
    assert plain(html) == "Who can see this: Only you can see this log Share it"


# -- Time --------------------------------------------------------------------------------------------------------------
def test_an_instant_is_told_on_the_clock_of_the_person_who_looks() -> None:
    html = page("{% when at %}", at=datetime(THIS_YEAR, 3, 1, 4, 5, tzinfo=UTC))
    assert "10:05 pm" in html
    assert f'datetime="{THIS_YEAR}-02-2' in html
    assert "04:05" not in html


def test_a_page_without_a_viewer_keeps_the_clock_it_was_given() -> None:
    assert "4:05 am" in page("{% when at %}", viewer=None, at=datetime(THIS_YEAR, 3, 1, 4, 5, tzinfo=UTC))


@pytest.mark.parametrize(("hour", "words"), [(0, "12:07 am"), (11, "11:07 am"), (12, "12:07 pm"), (23, "11:07 pm")])
def test_the_clock_has_twelve_hours(hour: int, words: str) -> None:
    assert tags.clock(datetime(2024, 5, 6, hour, 7, tzinfo=UTC)) == words


def test_a_day_of_another_year_says_the_year() -> None:
    assert tags.day(date(2019, 3, 4)) == "4 March 2019"
    assert tags.short_day(date(2019, 3, 4)) == "4 Mar 2019"
    assert tags.day(date(THIS_YEAR, 3, 4)).endswith(" 4 March")


@pytest.mark.parametrize("words", ["{% when none %}", "{% on none %}", "{{ none|day }}", "{{ none|moment }}"])
def test_an_unknown_time_is_not_invented(words: str) -> None:
    assert page(words, none=None) == ""


# -- Numbers and names -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("change", "words"), [(-4, "down 4"), (3, "up 3"), (0, "no change"), (None, "")])
def test_a_change_is_told_in_words(change: int | None, words: str) -> None:
    assert tags.points(change) == words


@pytest.mark.parametrize(
    ("name", "letters"), [("Dr Sun-hee Lee", "SL"), ("Tomás Rivera", "TR"), ("Noor", "N"), ("Dr.", "D"), ("", "")]
)
def test_initials_leave_the_title_out(name: str, letters: str) -> None:
    assert tags.initials(name) == letters


@pytest.mark.parametrize(
    ("tags_of_message", "address"),
    [("undo:/sharing/1/ success", "/sharing/1/"), ("undo://elsewhere.example/", ""), ("success", ""), (None, "")],
)
def test_undo_goes_to_a_page_of_ours_alone(tags_of_message: str | None, address: str) -> None:
    assert tags.undo(tags_of_message) == address


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "A browser"),
    ],
)
def test_a_browser_is_named_in_two_words(agent: str, words: str) -> None:
    assert tags.device(agent) == words


# -- Forms -------------------------------------------------------------------------------------------------------------
class NoteForm(forms.Form):
    """A form with one field of each kind."""

    title = forms.CharField(required=False)
    text = forms.CharField(label="Your note", widget=forms.Textarea, help_text="As short as you like.")
    audience = forms.ChoiceField(
        label="Who is this for?",
        widget=forms.RadioSelect,
        choices=[("only_me", "Only me\nA private page."), ("named", "People I choose")],
    )
    bring = forms.BooleanField(label="Put this on my list", required=False)
    version = forms.CharField(widget=forms.HiddenInput)


def test_a_field_says_its_hint_and_its_error_to_readers_that_speak() -> None:
    html = page("{% field form.text %}", form=NoteForm({"text": ""}))
    assert 'aria-describedby="id_text_helptext id_text_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_text_helptext"' in html
    assert 'id="id_text_error"' in html
    assert "This is still empty." in html


def test_what_was_typed_stays() -> None:
    assert "two words" in page("{% field form.text %}", form=NoteForm({"text": "two words"}))


def test_an_optional_field_says_so_and_others_do_not() -> None:
    assert "(optional)" in page("{% field form.title %}", form=NoteForm())
    assert "(optional)" not in page("{% field form.text %}", form=NoteForm())


def test_choices_are_a_group_with_its_question_and_only_me_looks_private() -> None:
    html = page("{% field form.audience %}", form=NoteForm({"audience": "named"}))
    assert "<legend" in html
    assert "<small>A private page.</small>" in html
    assert html.count('class="pick me"') == 1
    assert html.count("checked") == 1


def test_words_for_an_input_can_be_given_where_it_stands() -> None:
    html = page('{% field form.title label="Name" hint="Short" size="short" autocomplete="off" %}', form=NoteForm())
    assert "Name" in html
    assert "Short" in html
    assert 'class="input short"' in html
    assert 'autocomplete="off"' in html


def test_a_hidden_field_is_nothing_but_its_input() -> None:
    assert page("{% field form.version %}", form=NoteForm()).startswith('<input type="hidden"')


def test_the_summary_of_errors_leads_to_the_fields() -> None:
    html = page("{% errors form %}", form=NoteForm({"text": "", "version": "1"}))
    assert 'href="#id_text"' in html
    assert 'href="#id_audience_0"' in html
    assert "Your note: This is still empty." in plain(html)
    assert "Who is this for? This is still empty." in plain(html)


def test_a_form_without_errors_has_no_summary() -> None:
    assert page("{% errors form %}", form=NoteForm()).strip() == ""
