"""What a clinician writes: a note and what belongs to it, a proposed correction, what she enters for a staging."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from careteam.sharing.codes import Label
from careteam.treatments.staging import SEVERITY_WORDS, Severity

YES_NO = [("", "Not entered"), ("yes", "Yes"), ("no", "No")]
SAID = {"": None, "yes": True, "no": False}
EMPTY = {"required": "Please write something here."}


class ClinicalNoteForm(forms.Form):
    """A draft or what is to be signed. Lengths and empty texts are the service's to judge."""

    use_required_attribute = False

    title = forms.CharField(label="Title", required=False, widget=forms.TextInput(attrs={"maxlength": 200}))
    text = forms.CharField(label="Note", strip=False, widget=forms.Textarea(attrs={"rows": 12}), error_messages=EMPTY)
    labels = forms.MultipleChoiceField(
        label="Sensitive topics in this note",
        required=False,
        choices=Label.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, called: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "text"
        ].help_text = f"{called} sees this as soon as you sign it. Plain words, what you agreed, what happens next."
        self.fields["labels"].help_text = f"{called} decides who sees a topic."


class BelowForm(forms.Form):
    """A reply or an addendum."""

    use_required_attribute = False

    text = forms.CharField(label="Reply", strip=False, widget=forms.Textarea(attrs={"rows": 4}), error_messages=EMPTY)


class CorrectionForm(forms.Form):
    """What an entry of the patient's should say."""

    use_required_attribute = False

    text = forms.CharField(
        label="What should it say?", strip=False, widget=forms.Textarea(attrs={"rows": 4}), error_messages=EMPTY
    )

    def __init__(self, called: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = f"Plain words, as you would say them to {called}. They cannot be called back."


class LabelsForm(forms.Form):
    """Sensitive topics to add to a signed note: those it does not carry yet."""

    use_required_attribute = False

    labels = forms.MultipleChoiceField(
        label="Sensitive topics to add",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one topic."},
    )

    def __init__(self, there: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["labels"]
        field.choices = [(code, words) for code, words in Label.choices if code not in there]


class ErrorForm(forms.Form):
    """Why a signed note was a mistake."""

    use_required_attribute = False

    reason = forms.CharField(label="Why was it a mistake?", error_messages=EMPTY)
    version = forms.IntegerField(widget=forms.HiddenInput)


class StagingForm(forms.Form):
    """What a clinician enters for a staging: never stored. What is left open stays missing."""

    use_required_attribute = False

    severity = forms.ChoiceField(
        label="How severe was it when this episode began?",
        required=False,
        choices=[("", "Not entered"), *((one.value, words) for one, words in SEVERITY_WORDS.items())],
    )
    augmented = forms.ChoiceField(label="Was something added to an antidepressant?", required=False, choices=YES_NO)
    ect = forms.ChoiceField(label="Was ECT given?", required=False, choices=YES_NO)

    @property
    def entered(self) -> dict[str, Any]:
        """What was entered, as the query takes it."""
        given = self.cleaned_data
        severity = given["severity"]
        return {
            "severity": Severity(severity) if severity else None,
            "augmented": SAID[given["augmented"]],
            "ect": SAID[given["ect"]],
        }
