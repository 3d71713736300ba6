from django.urls import reverse
def test_smoke(patient, psychiatrist, therapist, gp):
    b=patient.browser
    for n in ("sharing","invite","consents","account","tokens"):
        r=b.get(reverse(n)); assert r.status_code==200,(n,r.status_code)
    r=b.get(reverse("stop",args=[gp.member.id])); assert r.status_code==200
