"""Notes: the patient's own, the clinicians' signed ones, and what people write below them."""
