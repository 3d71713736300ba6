"""The second step at sign-in, where allauth's pages are not enough: setting it up counts, and the last one stays."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.accounts.middleware import THEN
from careteam.accounts.second_factor import just_set_up
from frontend.views.doors import Request, person_page


class SetUpApp(ActivateTOTPView):  # type: ignore[misc] # allauth ships no types
    """An authenticator app. Whoever typed its code a moment ago is not asked for another."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and count it as shown in this browser."""
        response: HttpResponse = super().form_valid(form)
        just_set_up(self.request, "totp")
        return response


class SetUpPasskey(AddWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """A passkey, the same way."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, and count it as shown in this browser."""
        response: HttpResponse = super().form_valid(form)
        just_set_up(self.request, "webauthn")
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc] # allauth ships no types
    """Take a passkey away. allauth asks for apps alone whether they may go, and this may be the last factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, unless an account that must have a second factor would be left without."""
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        response: HttpResponse = super().form_valid(form)
        return response


@person_page
def go_on(request: Request) -> HttpResponse:
    """After the recovery codes were kept: to where she wanted to go before."""
    return redirect(request.session.pop(THEN, "home"))


urls = [
    path("accounts/2fa/totp/activate/", SetUpApp.as_view(), name="mfa_activate_totp"),
    path("accounts/2fa/webauthn/add/", SetUpPasskey.as_view(), name="mfa_add_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/go-on/", go_on, name="go_on"),
]
