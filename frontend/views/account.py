"""Account: signing up, one's own settings, and tokens for programs. Passwords and second steps are allauth's pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import ConfirmEmailVerificationCodeView, SignupView
from allauth.core.ratelimit import consume
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from careteam.accounts import queries, services
from careteam.accounts.forms import TooYoung
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.team import OpenInvitation, invitation_for
from frontend.forms import tell
from frontend.forms.account import SettingsForm, TokenForm
from frontend.views.doors import UNPROCESSABLE, Request, page, person_page, public_page, recently_signed_in_to_change
from frontend.views.invitations import held, mark_of, was_read
from frontend.views.once import once

TOKEN_DAYS_PRESET = 90


class SignUp(SignupView):  # type: ignore[misc] # allauth ships no types
    """A patient's sign-up, or a clinician's when an invitation was opened in this browser.

    `own` in the address or the form asks for an account of one's own all the same: clinicians are patients too.
    """

    invitation: OpenInvitation | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An invitation that was cancelled or ran out meanwhile says so, and offers no other account."""
        if held(request) and not ("own" in request.GET or "own" in request.POST):
            try:
                self.invitation = invitation_for(None, held(request))
            except NotFound:
                return redirect("invitation")
            if request.method == "POST" and not was_read(request):
                messages.info(request, "You opened another invitation meanwhile. Look at the address and begin again.")
                return redirect("account_signup")
            clear_login(request)  # or a sign-up begun before, waiting for its code, would take this one's place
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form the address the invitation was sent to."""
        return {**super().get_form_kwargs(), "invited": self.invitation.email if self.invitation else ""}

    def get_default_success_url(self) -> str | None:
        """Back to the invitation, to accept it."""
        return reverse("invitation") if self.invitation else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether somebody insists on an account of her own, and else which invitation the page is about."""
        own = bool(held(self.request)) and not self.invitation
        read = mark_of(held(self.request)) if self.invitation else ""
        return {**super().get_context_data(**kwargs), "own": own, "read": read}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the account, or say kindly that careteam is for adults and where help is; then nothing is kept."""
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except TooYoung:
            return page(request, "frontend/too_young.html")
        return response


class EnterCode(ConfirmEmailVerificationCodeView):  # type: ignore[misc] # allauth ships no types
    """The code that proves an address. A new one asked for too soon leaves the one that was sent as it is.

    allauth would make a new code, find that it may not be sent yet, and keep it all the same: then none works.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the code, or send a new one."""
        again = request.POST.get("action") == "resend"
        if again and not consume(request, action="confirm_email", key=self._process.email.lower(), dry_run=True):
            messages.info(request, "A new code can be sent after ten seconds. The one you have still works.")
            return redirect(self.passthrough_next_url(reverse("account_email_verification_sent")))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """A mail goes out here whether or not the address has an account: allauth's own silence can be timed."""
        response: HttpResponse = super()._resend_form_valid(form)
        if getattr(self._process, "did_send", False) and not self._process.email_address.user_id:
            get_adapter(self.request).send_account_already_exists_mail(self._process.email)
        return response


sign_up = public_page(SignUp.as_view())
enter_code = public_page(EnterCode.as_view())


@person_page
def account(request: Request) -> HttpResponse:
    """One's own settings, and the way to everything about signing in."""
    now = queries.own_settings(request.viewer)
    initial = {"name": now.name, "zone": now.zone, "weekly_mail": now.weekly_mail, "npi": now.npi}
    given = request.POST if request.method == "POST" else None
    form = SettingsForm(request.viewer, given, initial=initial, vouched=bool(now.vouched))
    if form.is_valid():
        told = form.cleaned_data
        try:
            services.rename(request.viewer, told["name"])
            services.set_zone(request.viewer, told["zone"])
            if "weekly_mail" in told:
                services.set_weekly_mail(request.viewer, told["weekly_mail"])
            if "npi" in told:
                services.set_npi(request.viewer, told["npi"])
        except Invalid as refused:
            tell(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("account")
    status = UNPROCESSABLE if form.is_bound else 200
    return page(request, "frontend/account.html", {"form": form, "settings": now}, status=status)


@person_page
def weekly_mail(request: Request) -> HttpResponse:
    """One button for the mail about weekly summaries: where such a mail leads whoever wants no more of them."""
    if request.method == "POST":
        services.set_weekly_mail(request.viewer, "on" in request.POST)
        return redirect("weekly_mail")
    return page(request, "frontend/weekly_mail.html", {"settings": queries.own_settings(request.viewer)})


TWICE = "That token was made a moment ago and is shown once. If you did not see it, end it and make another."


@person_page
@recently_signed_in_to_change
def tokens(request: Request) -> HttpResponse:
    """One's own tokens. A new one is shown in the answer that made it, and never again."""
    viewer = request.viewer
    preset = {"until": viewer.today + timedelta(days=TOKEN_DAYS_PRESET)}
    form = TokenForm(request.POST if request.method == "POST" else None, initial=preset)
    made = ""

    def make() -> UUID:
        nonlocal made
        made = services.create_token(viewer, **form.cleaned_data)
        return viewer.user

    if form.is_valid():
        try:
            once(request, make)
        except Invalid as refused:
            tell(form, refused)
        else:
            if not made:
                messages.info(request, TWICE)
                return redirect("tokens")
    status = UNPROCESSABLE if form.is_bound and not made else 200
    shown = {"form": TokenForm(initial=preset) if made else form, "made": made, "tokens": queries.own_tokens(viewer)}
    return page(request, "frontend/tokens.html", shown, status=status)


@person_page
def end_token(request: Request, token: UUID) -> HttpResponse:
    """End a token at once. It narrows, so nothing is asked."""
    if request.method == "POST":
        services.end_token(request.viewer, token)
        messages.success(request, "The token is ended. Programs that use it get nothing any more.")
    return redirect("tokens")


urls = [
    path("accounts/signup/", sign_up, name="account_signup"),
    path("accounts/confirm-email/", enter_code, name="account_email_verification_sent"),
    path("account/", account, name="account"),
    path("account/mail/", weekly_mail, name="weekly_mail"),
    path("account/tokens/", tokens, name="tokens"),
    path("account/tokens/<uuid:token>/end/", end_token, name="end_token"),
]
