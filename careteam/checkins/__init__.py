"""Check-ins: how a day was, in one tap or a little more, and the events of a life that a chart needs beside it."""
