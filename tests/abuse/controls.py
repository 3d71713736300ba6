"""The controls behind the abuse cases, each with the change that takes it away: its test must fail then.

`old` stands exactly once in `file` (tests/abuse/test_controls.py looks); with `new` in its place the control is off.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Control:
    """One control: the case it holds, what it is, the test that misses it, and how it is switched off."""

    id: str
    title: str
    test: str
    file: str
    old: str
    new: str


FORGERY, SIGN_IN = "tests/abuse/test_a19_forgery.py", "tests/abuse/test_a20_sign_in.py"
FACTOR, FAKE = "tests/abuse/test_a21_second_factor.py", "tests/abuse/test_a22_fake_clinician.py"
REVOCATION = "tests/privacy/test_revocation.py"
INVITATION, LIMITS = "tests/abuse/test_a23_invitation.py", "tests/frontend/test_limits.py"
SETTINGS, ADAPTER = "careteam/settings.py", "careteam/accounts/adapter.py"
MIDDLEWARE, SECOND = "careteam/accounts/middleware.py", "careteam/accounts/second_factor.py"
SERVICES, TEAM = "careteam/accounts/services.py", "careteam/sharing/team.py"
MODELS, GUARDS, RLS = "careteam/accounts/models.py", "careteam/sharing/guards.py", "careteam/sharing/rls.py"

CONTROLS = (
    # -- A02 -----------------------------------------------------------------------------------------------------------
    Control(
        "A02",
        "what the database's wall refuses to write is absent",
        REVOCATION,
        MIDDLEWARE,
        "            raise Http404 from exception\n",
        "            pass\n",
    ),
    # -- A03 -----------------------------------------------------------------------------------------------------------
    Control(
        "A03",
        "no private answer is kept",
        REVOCATION,
        MIDDLEWARE,
        '        response.headers.setdefault("Cache-Control", "no-store, private")\n',
        "",
    ),
    Control(
        "A03",
        "signing out clears what the browser kept",
        "tests/frontend/test_accounts.py",
        MIDDLEWARE,
        "    request.signed_out = True  # type: ignore[attr-defined] # read by private_pages alone\n",
        "",
    ),
    # -- A19 -----------------------------------------------------------------------------------------------------------
    Control("A19", "forms carry a token", FORGERY, SETTINGS, '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
    Control(
        "A19",
        "what another site or a sibling host sends is refused",
        FORGERY,
        SETTINGS,
        '    "careteam.accounts.middleware.from_here",\n',
        "",
    ),
    Control(
        "A19",
        "cookies are not sent along from other sites",
        FORGERY,
        SETTINGS,
        'SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"',
        'SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "None"',
    ),
    # -- A20 -----------------------------------------------------------------------------------------------------------
    Control(
        "A20",
        "sessions are sealed in the database",
        SIGN_IN,
        SETTINGS,
        'SESSION_SERIALIZER = "careteam.accounts.seals.SealedSessions"\n',
        "",
    ),
    Control(
        "A20",
        "links in mails lead to careteam's own address",
        SIGN_IN,
        ADAPTER,
        "email, context | links)",
        "email, context)",
    ),
    Control(
        "A20",
        "sign-up answers alike whether or not there is an account",
        SIGN_IN,
        SETTINGS,
        "ACCOUNT_PREVENT_ENUMERATION = True",
        "ACCOUNT_PREVENT_ENUMERATION = False",
    ),
    Control(
        "A20",
        "sign-up hashes a password either way",
        SIGN_IN,
        "careteam/accounts/forms.py",
        '            make_password(self.cleaned_data["password1"])\n',
        "            pass\n",
    ),
    Control(
        "A20",
        "a new password ends every token",
        SIGN_IN,
        "careteam/accounts/apps.py",
        "    ApiToken.objects.filter(user=user, ended_at=None).update(ended_at=Now())\n",
        "",
    ),
    Control(
        "A20",
        "a new password ends every session",
        SIGN_IN,
        MODELS,
        'f"{self.password} {self.sign_outs}"',
        'f"{self.sign_outs}"',
    ),
    Control(
        "A20",
        "a reset signs nobody in",
        SIGN_IN,
        SETTINGS,
        "ACCOUNT_LOGIN_ON_PASSWORD_RESET = False",
        "ACCOUNT_LOGIN_ON_PASSWORD_RESET = True",
    ),
    Control(
        "A20", "a reset is over after an hour", SIGN_IN, SETTINGS, "PASSWORD_RESET_TIMEOUT = 3600  # seconds\n", ""
    ),
    Control(
        "A20",
        "wrong passwords are counted for each address",
        LIMITS,
        SETTINGS,
        '"10/m/ip,5/5m/key,50/d/key"',
        '"1000/m/ip"',
    ),
    Control(
        "A20",
        "programs are counted",
        LIMITS,
        SETTINGS,
        '    "careteam.accounts.limits.api_limits",\n',
        "",
    ),
    # -- A21 -----------------------------------------------------------------------------------------------------------
    Control(
        "A21",
        "a clinician must have a second factor",
        FACTOR,
        SECOND,
        "    if not isinstance(user, User) or user.role not in OBLIGED or _shown(request, user):\n",
        "    if True:\n",
    ),
    Control(
        "A21",
        "nothing but the missing step answers",
        FACTOR,
        MIDDLEWARE,
        "        if not request.second_step or (match and match.view_name in OPEN[request.second_step]):\n",
        "        if True:\n",
    ),
    Control(
        "A21",
        "nobody is the viewer while a step is missing",
        FACTOR,
        MIDDLEWARE,
        "if isinstance(user, User) and not request.second_step else None",
        "if isinstance(user, User) else None",
    ),
    Control(
        "A21",
        "the password again is no second factor",
        FACTOR,
        ADAPTER,
        'if way["id"] != "reauthenticate" or missing != Step.SHOW',
        "if way",
    ),
    Control(
        "A21",
        "a clinician's token works while she has a factor",
        FACTOR,
        MIDDLEWARE,
        "ApiToken.objects.filter(whole_accounts(), ended_at=None",
        "ApiToken.objects.filter(ended_at=None",
    ),
    Control(
        "A21",
        "the last factor is not switched off",
        FACTOR,
        ADAPTER,
        "        return may_be_taken_away(authenticator)\n",
        "        return True\n",
    ),
    Control(
        "A21",
        "the last passkey is not removed",
        FACTOR,
        "frontend/views/second_step.py",
        "        if not adapter.can_delete_authenticator(self.object):\n",
        "        if False:\n",
    ),
    Control(
        "A21",
        "sharing, files and tokens ask again after fifteen minutes",
        FACTOR,
        "careteam/accounts/recently.py",
        "    return bool(time.time() - newest <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)\n",
        "    return bool(newest or True)\n",
    ),
    Control(
        "A21",
        "the page Sharing asks, too",
        FACTOR,
        "frontend/views/sharing.py",
        "@recently_signed_in\ndef sharing(",
        "def sharing(",
    ),
    Control(
        "A21",
        "the API's file asks, too",
        FACTOR,
        "careteam/api/people.py",
        "        self.signed_in_recently()\n        asked = self.asked(PaperAsk)\n",
        "        asked = self.asked(PaperAsk)\n",
    ),
    # -- A22 -----------------------------------------------------------------------------------------------------------
    Control("A22", "an NPI has its check digit", FAKE, "careteam/accounts/npi.py", "% 10 == 0", "% 10 >= 0"),
    Control(
        "A22",
        "the label stays until a clinic vouches",
        FAKE,
        "careteam/sharing/queries.py",
        "vouched=bool(practitioner and practitioner.vouched_at)",
        "vouched=bool(practitioner and (practitioner.vouched_at or practitioner.npi))",
    ),
    Control(
        "A22",
        "a new name takes the clinic's word along",
        FAKE,
        SERVICES,
        "        _set(viewer, name=new)\n        _no_longer_vouched(viewer)\n",
        "        _set(viewer, name=new)\n",
    ),
    Control(
        "A22",
        "a clinic takes back its own word alone",
        FAKE,
        SERVICES,
        "vouched_by=_clinic(viewer)).update(",
        "vouched_by__isnull=False).update(",
    ),
    Control(
        "A22",
        "the database takes a clinic's word from its administrator alone",
        FAKE,
        GUARDS,
        "    RAISE EXCEPTION 'only an administrator vouches, for her own clinic';\n",
        "    RETURN NEW;\n",
    ),
    Control(
        "A22",
        "the database keeps every account's role",
        FAKE,
        GUARDS,
        "    RAISE EXCEPTION 'an account keeps its role, and administrators are made by the owner';\n",
        "    RETURN NEW;\n",
    ),
    Control("A22", "the role that serves makes no administrator", FAKE, RLS, ', "accounts_clinicadmin"}', "}"),
    # -- A23, the half of invitations ----------------------------------------------------------------------------------
    Control("A23", "a token has 256 bits", INVITATION, TEAM, "secrets.token_urlsafe(32)", "secrets.token_urlsafe(8)"),
    Control(
        "A23",
        "its hash alone is kept",
        INVITATION,
        TEAM,
        "    if not open_.update(hash=token_hash(token)):\n",
        "    if not open_.update(hash=token.encode()[:32]):\n",
    ),
    Control(
        "A23",
        "it is bound to the address it was sent to",
        INVITATION,
        TEAM,
        "        found = _open_invitation(opened, lock=True)\n"
        "        if not User.objects.filter(pk=viewer.user, email=found.email).exists():\n"
        "            raise NotFound\n",
        "        found = _open_invitation(opened, lock=True)\n",
    ),
    Control(
        "A23",
        "it works once",
        INVITATION,
        TEAM,
        "        Invitation.objects.filter(pk=found.pk).update(accepted_at=Now())\n",
        "",
    ),
    Control(
        "A23",
        "it works once, also for twenty at a time",
        INVITATION,
        TEAM,
        "        found = _open_invitation(opened, lock=True)\n",
        "        found = _open_invitation(opened)\n",
    ),
    Control(
        "A23",
        "it works for seven days",
        INVITATION,
        TEAM,
        "        hash=bytes.fromhex(opened), accepted_at=None, cancelled_at=None, expires_at__gt=Now()\n",
        "        hash=bytes.fromhex(opened), accepted_at=None, cancelled_at=None\n",
    ),
    Control(
        "A23",
        "guesses are counted",
        INVITATION,
        "frontend/views/invitations.py",
        "    if wait := spend_from(INVITATION, request):\n        return too_many_tries(request, wait)\n",
        "",
    ),
)
