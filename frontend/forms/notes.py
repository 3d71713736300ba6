"""Forms about notes. Their limits are the services'; what is too long comes back in words, and nothing is cut off."""

from __future__ import annotations

from django import forms

from careteam.notes.marks import MARK_MOST
from careteam.sharing.codes import Audience
from frontend.forms.audience import AudienceForm


class WordsForm(forms.Form):
    """The words of a note: for changing one that stands."""

    use_required_attribute = False

    title = forms.CharField(label="Title", required=False)
    text = forms.CharField(
        label="Your note",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Please write something here."},
    )


class NoteForm(WordsForm, AudienceForm):
    """A new note with who it is for. Only me is chosen until she chooses otherwise."""

    field_order = ("title", "text", "audience", "named", "labels")

    once = forms.CharField(required=False, max_length=MARK_MOST, widget=forms.HiddenInput)

    def is_kept(self) -> bool:
        """Valid as a draft: it may be empty, and people to be named later make it only hers meanwhile."""
        self.fields["text"].required = False
        self.may_name_later = True
        if not self.is_valid():
            return False
        self.cleaned_data.setdefault("text", "")
        if self.cleaned_data.get("audience") == Audience.NAMED and not self.cleaned_data.get("named"):
            self.cleaned_data["audience"] = Audience.ONLY_ME.value
        return True


class ReplyWordsForm(forms.Form):
    """The words of a reply or statement: for changing one that stands."""

    use_required_attribute = False

    text = forms.CharField(
        label="Your words",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Please write something here."},
    )


class ReplyForm(ReplyWordsForm):
    """Words below a note; below a clinical note also the patient's statement."""

    kind = forms.ChoiceField(
        label="What is it?",
        required=False,
        widget=forms.RadioSelect,
        initial="reply",
        choices=[
            ("reply", "A reply"),
            ("statement", "My statement\nYour own view of what the note says. It is marked as yours."),
        ],
    )
