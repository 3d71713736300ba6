"""The small words of the pages: icons, fields, "who can see this", dates and changes in plain words."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Field, MultiWidget, RadioSelect
from django.forms.forms import BaseForm
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from careteam.accounts import passwords, second_factor
from careteam.accounts.viewer import Viewer
from careteam.corrections.queries import ProposedView
from careteam.exchange import sparkline as drawing
from careteam.exchange.timeline import PHONE, WIDE, caption, draw
from careteam.measures.pictures import Point
from careteam.sharing import pictures
from careteam.sharing.codes import Audience, Label
from careteam.sharing.pictures import NAMES_SHOWN, RecordLine, RecordView, SeeLine
from careteam.summaries.beginnings import BASELINE_RULE
from careteam.summaries.timeline_pictures import TimelinePicture
from frontend import facts
from frontend.icons import DRAWINGS

register = template.Library()

UNDO = "undo:"
NOON = 12
MANY = (RadioSelect, CheckboxSelectMultiple, MultiWidget)  # several inputs: an error leads to the first
OWN_PAGES = {"question": "visit_question"}  # of the others the kind is the name
TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx"})


# -- Icons -------------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside words that already say the same: readers that speak do not speak it."""
    return format_html(
        '<svg class="ic" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(DRAWINGS[name]),  # noqa: S308 - a constant of ours; an unknown name is a KeyError
    )


@register.simple_tag
def sparkline(trend: Sequence[Point]) -> SafeString:
    """The last scores of a row as a small line; nothing without any."""
    return mark_safe(drawing.sparkline(trend))  # noqa: S308 - numbers and dates alone


# -- Forms that make something ----------------------------------------------------------------------------------------
@register.simple_tag
def once() -> SafeString:
    """The hidden mark by which a form that is sent twice makes one thing (frontend/views/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(16))


# -- Passkeys ----------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def address_by_name(context: Context) -> dict[str, str]:
    """This page at the name that mails use, when it was opened by a number: a passkey belongs to a name."""
    request = context["request"]
    name = urlsplit(settings.BASE_URL)
    if _is_number(name.hostname or "") or not _is_number(urlsplit(f"//{request.get_host()}").hostname or ""):
        return {}
    return {"url": settings.BASE_URL + request.get_full_path(), "host": name.netloc}


@register.inclusion_tag("frontend/_demo_code.html")
def demo_code() -> dict[str, str]:
    """In the demo, the code that its clinicians are asked for; nothing anywhere else."""
    return {"code": second_factor.demo_code()}


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


# -- Passwords ---------------------------------------------------------------------------------------------------------
@register.simple_tag
def password_hint(form: BaseForm) -> str:
    """How long the password of this form's person must be."""
    role: str = getattr(form, "role", "") or getattr(getattr(form, "user", None), "role", "")
    return passwords.hint(role)


# -- Who can see this --------------------------------------------------------------------------------------------------
@register.inclusion_tag("frontend/_see.html")
def see(shown: RecordView | SeeLine, change: str = "", verb: str = "can see this") -> dict[str, Any]:
    """The line under every item, from its picture. A patient's own record gets the link to its audience by itself."""
    line = shown if isinstance(shown, SeeLine) else shown.see
    if isinstance(shown, RecordView) and not change and line.kind in {"people", "me", "paused"}:
        change = reverse("audience", args=[shown.kind, shown.id])
    most = len(line.names) if len(line.names) <= NAMES_SHOWN + 1 else NAMES_SHOWN
    return {
        "line": line,
        "names": line.names[:most],
        "others": line.names[most:],
        "change": change,
        "verb": verb,
        "symbol": {"people": "eye", "you": "eye", "paused": "pause"}.get(line.kind, "lock"),
    }


@register.inclusion_tag("frontend/_see.html")
def only_you(words: str, change: str = "", label: str = "Change") -> dict[str, Any]:
    """The dashed line for what is no record: a log, a draft on the screen, choices not saved yet."""
    return {"line": SeeLine("me"), "words": words, "change": change, "label": label, "symbol": "lock"}


@register.filter
def listed(names: Sequence[str]) -> str:
    """`Dr Lee`, `Dr Lee and Tomás`, `Dr Lee, Tomás and 2 others`."""
    return pictures.listed(names)


@register.filter
def initials(name: str) -> str:
    """Two letters for the round sign before a name, without the title."""
    parts = [part for part in name.split() if part.lower().rstrip(".") not in TITLES] or name.split()
    return "".join(part[0] for part in dict.fromkeys((parts[0], parts[-1]))).upper() if parts else ""


@register.filter
def topic(code: str) -> str:
    """A sensitive topic in words: `Alcohol and drugs`."""
    return str(Label(code).label)


# -- Other treatments, levels and conditions ---------------------------------------------------------------------------
register.filter("title_of", facts.title)
register.filter("stands_of", facts.stands)
register.filter("facts_of", facts.facts)
register.filter("quote_of", facts.quote)
register.filter("dates_of", facts.dates)


# -- Proposed corrections ----------------------------------------------------------------------------------------------
@register.filter
def below(found: dict[UUID, tuple[ProposedView, ...]] | None, record: UUID) -> tuple[ProposedView, ...]:
    """Those of one entry, where a page shows many."""
    return (found or {}).get(record, ())


@register.filter
def own_page(line: RecordLine) -> str:
    """The patient's own page of a record that is told in one line."""
    return reverse(OWN_PAGES.get(line.kind, line.kind.replace("-", "_")), args=[line.id])


# -- The timeline ------------------------------------------------------------------------------------------------------
@register.simple_tag(name="timeline")
def drawn(picture: TimelinePicture, table: bool = True) -> SafeString:
    """The drawing for a wide screen and the one for a phone; the style sheet shows one of them."""
    return mark_safe(draw(picture, WIDE, table=table) + draw(picture, PHONE, table=table))  # noqa: S308 - it escapes


register.filter("timeline_caption", caption)


# -- Time, on the viewer's clock ---------------------------------------------------------------------------------------
def _on_clock(context: Context, at: datetime) -> datetime:
    viewer: Viewer | None = getattr(getattr(context, "request", None), "viewer", None)
    return viewer.local(at) if viewer and timezone.is_aware(at) else at


def _this_year(at: date) -> bool:
    return at.year == datetime.now(at.tzinfo if isinstance(at, datetime) else timezone.get_current_timezone()).year


@register.filter
def day(at: date | None) -> str:
    """`Friday 20 November`, or `20 November 2024` in another year."""
    if at is None:
        return ""
    return f"{at:%A} {at.day} {at:%B}" if _this_year(at) else f"{at.day} {at:%B} {at.year}"


@register.filter
def short_day(at: date | None) -> str:
    """`20 Nov`, or `20 Nov 2024` in another year."""
    if at is None:
        return ""
    return f"{at.day} {at:%b}" if _this_year(at) else f"{at.day} {at:%b} {at.year}"


@register.filter
def clock(at: datetime | None) -> str:
    """`4:12 pm`, on the clock that the instant carries."""
    if at is None:
        return ""
    return f"{at.hour % NOON or NOON}:{at:%M} {'am' if at.hour < NOON else 'pm'}"


@register.filter
def moment(at: datetime | None) -> str:
    """`Friday 20 November, 4:12 pm`."""
    return "" if at is None else f"{day(at)}, {clock(at)}"


@register.simple_tag(takes_context=True)
def when(context: Context, at: datetime | None) -> str:
    """An instant as a <time> in words, on the viewer's clock."""
    if at is None:
        return ""
    local = _on_clock(context, at)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), moment(local))


@register.simple_tag(takes_context=True)
def on(context: Context, at: date | None, short: bool = False) -> str:
    """A day as a <time> in words; an instant's day is the one on the viewer's clock."""
    if at is None:
        return ""
    local = _on_clock(context, at) if isinstance(at, datetime) else at
    return format_html('<time datetime="{}">{}</time>', f"{local:%Y-%m-%d}", short_day(local) if short else day(local))


@register.simple_tag
def baseline_rule() -> str:
    """How the baseline is chosen, in words."""
    return BASELINE_RULE


# -- Numbers -----------------------------------------------------------------------------------------------------------
@register.filter
def points(change: int | None) -> str:
    """A change of a score: `down 4`, `up 3`, `no change`; nothing when there is nothing to compare."""
    if change is None:
        return ""
    return f"{'down' if change < 0 else 'up'} {abs(change)}" if change else "no change"


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@register.filter
def device(agent: str) -> str:
    """What a browser says it is, in two words: `Firefox on Windows`. The order matters: most name others as well."""
    browser = next((words for mark, words in BROWSERS if mark in agent), "A browser")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


# -- Forms -------------------------------------------------------------------------------------------------------------
def _problems(bound: BoundField) -> list[str]:
    silent = str(Field.default_error_messages["required"])
    return ["This is still empty." if words == silent else words for words in map(str, bound.errors)]


def _described(bound: BoundField, hint: str) -> str:
    ids = [f"{bound.auto_id}_helptext"] if hint else []
    return " ".join([*ids, f"{bound.auto_id}_error"] if bound.errors else ids)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, MultiWidget):
        return "group"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "picks"
    return "pick" if isinstance(widget, CheckboxInput) else "input"


def _options(bound: BoundField) -> list[dict[str, Any]]:
    found = []
    for option in bound.subwidgets:
        words, _, small = str(option.choice_label).partition("\n")
        alone = str(option.data["value"]) == Audience.ONLY_ME
        found.append({"tag": option.tag(), "id": option.id_for_label, "words": words, "small": small, "alone": alone})
    return found


@register.inclusion_tag("frontend/_field.html")
def field(
    bound: BoundField, label: str = "", hint: str | None = None, size: str = "", legend: str = "", **attrs: Any
) -> dict[str, Any]:
    """A field as the look has it: label, hint, error, kept value. Unknown keywords become attributes of the input."""
    widget = bound.field.widget
    hint = str(bound.help_text) if hint is None else hint
    described = _described(bound, hint)
    picks = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    pick = isinstance(widget, CheckboxInput)
    given: dict[str, Any] = {"placeholder": False} | {name.replace("_", "-"): value for name, value in attrs.items()}
    if described:
        given["aria-describedby"] = described
    if not (picks or pick):
        given["class"] = f"input {size}".strip()
    return {
        "bound": bound,
        "id": bound.auto_id,
        "label": label or bound.label,
        "hint": hint,
        "legend": legend,
        "described": described,
        "problems": _problems(bound),
        "kind": _kind(bound),
        "options": _options(bound) if picks else (),
        "row": picks and bool(size),
        "optional": not bound.field.required,
        "input": "" if picks else bound.as_widget(attrs=given),
    }


@register.inclusion_tag("frontend/_errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """All that keeps a form from being saved, on top of it, with links to the fields."""
    found = []
    for bound in form:
        first = bound.auto_id + ("_0" if isinstance(bound.field.widget, MANY) else "")
        at = "" if bound.is_hidden else first
        label = bound.label if bound.label.endswith("?") else f"{bound.label}:"
        found += [{"id": at, "label": label, "words": words} for words in _problems(bound)]
    return {"whole": form.non_field_errors(), "fields": found}


@register.filter
def undo(tags: str | None) -> str:
    """The address that takes back what a message tells, when its tags carry one."""
    for tag in (tags or "").split():
        if tag.startswith(UNDO + "/") and not tag.startswith(UNDO + "//"):
            return tag.removeprefix(UNDO)
    return ""
