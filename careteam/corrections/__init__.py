"""What a clinician thinks an entry of the patient's should say, beside it; the entry changes by the patient alone."""
