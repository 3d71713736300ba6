"""SAFETY: the patient's own plan for hard days, and the crisis lines that pages may show."""
