"""The forms of the marketing workspace; the offer's form is one sheet of several (see `sheet`)."""
