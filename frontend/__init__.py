"""The people's door: pages, forms, templates and the look. It asks queries and services, and decides nothing."""
