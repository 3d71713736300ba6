from django.http import HttpResponse
from django.urls import include, path
from frontend.views import chart, clinician, log, summary, system
def nowhere(request, *args, **kwargs): return HttpResponse("")
def u(route, name): return path(route, nowhere, name=name)
urlpatterns = [path("accounts/", include("allauth.urls")), *system.urls, *log.urls, *chart.urls, *clinician.urls, *summary.urls,
 u("notes/","notes"),u("notes/new/","note_new"),u("notes/<uuid:note>/","note"),u("goals/","goals"),u("goals/new/","goal_new"),u("goals/<uuid:goal>/","goal"),u("goals/<uuid:goal>/step/","goal_step"),
 u("medicines/","medicines"),u("medicines/<uuid:medicine>/","medicine"),u("medicines/<uuid:medicine>/edit/","medicine_edit"),u("medicines/<uuid:medicine>/dose/","medicine_dose"),u("medicines/<uuid:medicine>/stop/","medicine_stop"),u("medicines/<uuid:medicine>/side-effects/","medicine_side_effects"),
 u("measures/","measures"),u("measures/phq-9/","phq9"),u("measures/<uuid:response>/","measure"),u("audience/<slug:category>/<uuid:record>/","audience"),
 u("sharing/","sharing"),u("account/","account"),u("invitation/<str:token>/","invitation")]
