"""Goals: what a person is working toward, in her own words, with steps, and how it is going as she sees it."""
