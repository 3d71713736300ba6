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
    also: tuple[tuple[str, str, str], ...] = ()  # (file, old, new): what stands behind it, and would hold alone


FORGERY, SIGN_IN = "tests/abuse/test_a19_forgery.py", "tests/abuse/test_a20_sign_in.py"
FACTOR, FAKE = "tests/abuse/test_a21_second_factor.py", "tests/abuse/test_a22_fake_clinician.py"
INVITATION, LIMITS = "tests/abuse/test_a23_invitation.py", "tests/frontend/test_limits.py"
SETTINGS, ADAPTER = "careteam/settings.py", "careteam/accounts/adapter.py"
MIDDLEWARE, SECOND = "careteam/accounts/middleware.py", "careteam/accounts/second_factor.py"
SERVICES, TEAM = "careteam/accounts/services.py", "careteam/sharing/team.py"
MODELS, GUARDS, RLS = "careteam/accounts/models.py", "careteam/sharing/guards.py", "careteam/sharing/rls.py"

EVERY_ROUTE, WAITING = "tests/abuse/test_a01_every_route.py", "tests/abuse/test_a04_queued_summary.py"
LETTERS, HOSTILE, LOG = (f"tests/abuse/test_a{name}.py" for name in ("17_letters", "16_hostile_input", "24_log"))
BROKER, API = "tests/abuse/test_a25_broker_and_logs.py", "careteam/api/base.py"
# The rule is said twice; either holds alone. In Python, and in the database:
RULE = ("careteam/sharing/policy.py", "    return records.filter(Compiled(_visible, records.model, viewer))\n")
NO_RULE = "    return records\n"
WALL = (
    RLS,
    'yield "SELECT", f"USING (({DRAFT} AND author_id = {VIEWER}) OR (NOT {DRAFT} AND ({shown})))"',
    'yield "SELECT", "USING (true)"',
)


def both_walls(case: str, title: str, test: str) -> Control:
    """The rule taken away in both its expressions."""
    return Control(case, title, test, *RULE, NO_RULE, also=(WALL,))


CONTROLS = (
    # -- A01 -----------------------------------------------------------------------------------------------------------
    both_walls("A01", "records are read through the rule", EVERY_ROUTE),
    Control(
        "A01",
        "a chart opens for its team alone",
        EVERY_ROUTE,
        "careteam/sharing/queries.py",
        "    if viewer.patient != patient and not policy.patients_of(viewer).filter(patient_id=patient).exists():\n",
        "    if viewer.patient is None and viewer.preview:\n",
    ),
    Control(
        "A01",
        "a shut door is 404",
        EVERY_ROUTE,
        "frontend/views/doors.py",
        "            if not may_enter(viewer):\n                raise Http404\n",
        "            if not may_enter(viewer):\n                return HttpResponse(status=403)\n",
    ),
    # -- A02 -----------------------------------------------------------------------------------------------------------
    Control(
        "A02",
        "an attempt from the team is written down",
        "tests/abuse/test_a02_open_page.py",
        SETTINGS,
        '    "careteam.sharing.middleware.Refusals",\n',
        "",
    ),
    Control(
        "A02",
        "who has left has no chart to write in",
        "tests/abuse/test_a02_open_page.py",
        "careteam/sharing/policy.py",
        "CareTeamMember.objects.filter(user_id=viewer.user, confirmed_at__isnull=False, ended_at=None)\n",
        "CareTeamMember.objects.filter(user_id=viewer.user, confirmed_at__isnull=False)\n",
    ),
    Control(
        "A02",
        "what the database's wall refuses to write is absent",
        "tests/privacy/test_revocation.py",
        MIDDLEWARE,
        "            raise Http404 from exception\n",
        "            pass\n",
    ),
    # -- A03 -----------------------------------------------------------------------------------------------------------
    Control(
        "A03",
        "no answer is kept",
        "tests/abuse/test_a03_cached_page.py",
        MIDDLEWARE,
        '        response.headers.setdefault("Cache-Control", "no-store, private")\n',
        "",
    ),
    Control(
        "A03",
        "htmx keeps no page",
        "tests/abuse/test_a03_cached_page.py",
        "frontend/templates/frontend/base.html",
        '"historyCacheSize":0',
        '"historyCacheSize":10',
    ),
    Control(
        "A03",
        "signing out clears what the browser kept",
        "tests/frontend/test_accounts.py",
        MIDDLEWARE,
        "    request.signed_out = True  # type: ignore[attr-defined] # read by private_pages alone\n",
        "",
    ),
    # -- A04, A05: the week -------------------------------------------------------------------------------------------
    both_walls("A04", "a summary passes the rule when it is made and when it is opened", WAITING),
    Control(
        "A05",
        "a mail is the same for everybody",
        "tests/abuse/test_a05_mailed_summary.py",
        "careteam/summaries/services.py",
        'words = f"{WORDS}\\n\\n',
        'words = f"{WORDS} {Digest.objects.filter(user_id=row.user_id).count()}\\n\\n',
    ),
    Control(
        "A05",
        "a summary stores no words",
        "tests/abuse/test_a05_mailed_summary.py",
        "careteam/summaries/services.py",
        "references=references(viewer, start, end),",
        "references=[*references(viewer, start, end), [viewer.name]],",
    ),
    Control(
        "A05",
        "who is mailed of an answer to question 9 may see it",
        "tests/summaries/test_telling.py",
        "careteam/measures/telling.py",
        "    rows = rows.exclude(status=Status.IN_PROGRESS).visible_to(viewer)\n",
        "    rows = rows.exclude(status=Status.IN_PROGRESS).scoped()\n",
    ),
    # -- A08 to A12: what an answer tells beside itself ----------------------------------------------------------------
    both_walls("A08", "lists, counts and drawings are made of what is visible", "tests/abuse/test_a08_counts.py"),
    Control(
        "A09",
        "a tag is its reader's own",
        "tests/abuse/test_a09_etags.py",
        API,
        '"\\n".join([str(self.viewer.user), *parts])',
        '"\\n".join(parts)',
    ),
    Control(
        "A10",
        "who is named is looked for on her own team",
        "tests/abuse/test_a10_refusals.py",
        "careteam/sharing/services.py",
        "    if len(found) != len(set(named)):\n        raise NotFound\n    RecordAudience",
        "    if not found and named[0] == viewer.user:\n        raise NotFound\n    RecordAudience",
    ),
    both_walls("A10", "what a write is about is found through the rule", "tests/abuse/test_a10_refusals.py"),
    Control(
        "A11",
        "sign-up hashes a password either way",
        "tests/frontend/test_accounts.py",
        "careteam/accounts/forms.py",
        '            make_password(self.cleaned_data["password1"])\n',
        "            pass\n",
    ),
    Control(
        "A11",
        "nothing more is asked where something is hidden",
        "tests/abuse/test_a11_timing.py",
        "careteam/sharing/middleware.py",
        "            with acting_as(viewer):\n",
        "            if str(match.kwargs.get('note')).startswith('0190'):\n                return response\n"
        "            with acting_as(viewer):\n",
    ),
    Control(
        "A12",
        "an unknown filter is refused",
        "tests/abuse/test_a12_filters.py",
        API,
        "            if unknown:\n",
        "            if not data:\n",
    ),
    both_walls("A12", "filters narrow what is visible", "tests/abuse/test_a12_filters.py"),
    # -- A14, A15: words become nothing else ---------------------------------------------------------------------------
    Control(
        "A14",
        "words in a drawing are words",
        "tests/abuse/test_a14_scripts.py",
        "careteam/exchange/timeline_letters.py",
        "    return escape(text, quote=False)\n",
        "    return text or escape(text)\n",
    ),
    Control(
        "A14",
        "words in a page are words",
        "tests/abuse/test_a14_scripts.py",
        SETTINGS,
        '        "OPTIONS": {\n            "context_processors": [',
        '        "OPTIONS": {\n            "autoescape": False,\n            "context_processors": [',
    ),
    Control(
        "A14",
        "no script but careteam's own",
        "tests/abuse/test_a14_scripts.py",
        SETTINGS,
        '"script-src": [SELF],',
        '"script-src": [SELF, "\'unsafe-inline\'"],',
    ),
    Control(
        "A14",
        "nothing from elsewhere",
        "tests/abuse/test_a14_scripts.py",
        SETTINGS,
        '"default-src": [NONE],',
        '"default-src": [SELF],',
    ),
    Control(
        "A15",
        "words reach the template as data",
        "tests/abuse/test_a15_drawing.py",
        "careteam/exchange/visit_summary.typ",
        "else { text(dir: ltr, it) }",
        'else { text(dir: ltr, eval(it, mode: "markup")) }',
    ),
    # -- A16 to A18: what comes in -------------------------------------------------------------------------------------
    Control(
        "A16",
        "a body has a size",
        HOSTILE,
        API,
        "        if len(given) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:\n            raise TooLarge\n",
        "",
    ),
    Control(
        "A16",
        "what is nested too deep is an error of the sender",
        HOSTILE,
        API,
        "except (ValueError, RecursionError) as error:",
        "except ValueError as error:",
    ),
    Control(
        "A16", "what is no number is no JSON", "tests/api/test_problems.py", API, ", parse_constant=_no_number", ""
    ),
    Control(
        "A16",
        "a file for import is nested 50 deep at most",
        "tests/exchange/test_fhir_unreadable.py",
        "careteam/exchange/fhir_json.py",
        "    if max(accumulate(steps), default=0) > DEEPEST:\n",
        "    if max(accumulate(steps), default=0) < 0:\n",
    ),
    Control(
        "A16",
        "a file for import has 10 MB at most",
        "tests/exchange/test_fhir_unreadable.py",
        "careteam/exchange/fhir_json.py",
        "    if len(raw) > LARGEST:\n",
        "    if not raw:\n",
    ),
    Control(
        "A17",
        "a name is not turned round",
        LETTERS,
        "careteam/accounts/names.py",
        "given).translate(BIDI).split()",
        "given).split()",
    ),
    Control(
        "A17",
        "two spellings of a name are one",
        LETTERS,
        "careteam/accounts/names.py",
        'unicodedata.normalize("NFC", given).translate',
        "given.translate",
    ),
    Control(
        "A17",
        "no name holds what cannot be kept",
        LETTERS,
        "careteam/accounts/names.py",
        '    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name):\n',
        "    if not given:\n",
    ),
    Control(
        "A18",
        "an unknown field is refused",
        "tests/abuse/test_a18_more_fields.py",
        API,
        "            if unknown:\n",
        "            if not data:\n",
    ),
    # -- A19 -----------------------------------------------------------------------------------------------------------
    Control("A19", "forms carry a token", FORGERY, SETTINGS, '    "django.middleware.csrf.CsrfViewMiddleware",\n', ""),
    Control(
        "A19",
        "what htmx sends carries a token as every form does",
        FORGERY,
        MIDDLEWARE,
        "        request.COOKIES = {name: value for name, value in request.COOKIES.items()",
        "        request._dont_enforce_csrf_checks = 'HX-Request' in request.headers\n"
        "        request.COOKIES = {name: value for name, value in request.COOKIES.items()",
    ),
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
    # -- A24 -----------------------------------------------------------------------------------------------------------
    Control(
        "A24",
        "a row of the log is never changed",
        LOG,
        RLS,
        '    "audit_auditevent": [\n',
        '    "audit_auditevent": [\n        ("UPDATE", "USING (true)"),\n',
    ),
    Control(
        "A24",
        "a row of the log is never deleted",
        LOG,
        RLS,
        '    "audit_securityevent": [\n',
        '    "audit_securityevent": [\n        ("DELETE", "USING (true)"),\n',
    ),
    Control(
        "A24",
        "a signed text is never changed",
        LOG,
        RLS,
        '    "notes_signednote": [',
        '    "notes_signednote": [("UPDATE", "USING (true)"), ',
    ),
    Control(
        "A24",
        "the log has its own clock",
        LOG,
        GUARDS,
        "  NEW.at := statement_timestamp();\n  NEW.actor_role",
        "  NEW.actor_role",
    ),
    Control(
        "A24",
        "the log knows who wrote",
        LOG,
        GUARDS,
        "  NEW.actor_role := (SELECT u.role FROM public.accounts_user u WHERE u.id = NEW.actor_id);\n",
        "",
    ),
    # -- A25 -----------------------------------------------------------------------------------------------------------
    Control(
        "A25",
        "the worker reads JSON alone",
        BROKER,
        "careteam/celery.py",
        'accept_content=["json"]',
        'accept_content=["json", "pickle", "yaml", "msgpack"]',
    ),
    Control(
        "A25",
        "a task is an id",
        BROKER,
        "careteam/summaries/tasks.py",
        "    services.work(UUID(outbox))\n",
        "    services.work(outbox)  # type: ignore[arg-type]\n",
    ),
    Control(
        "A25", "a log holds no words of a fault", BROKER, "careteam/logs.py", "+ type(seen).__name__)", "+ repr(seen))"
    ),
    Control(
        "A25",
        "a log holds no link that opens something",
        BROKER,
        "careteam/logs.py",
        'return SECRET_PATHS.sub(r"\\1…", super().format(record))',
        "return super().format(record)",
    ),
    Control(
        "A25",
        "access goes by the database's clock",
        BROKER,
        "careteam/sharing/policy.py",
        "ends_at__gt=Now(), ended_at=None)",
        'ends_at__gt=__import__("datetime").datetime.now(__import__("datetime").UTC), ended_at=None)',
        also=(WALL,),
    ),
)
