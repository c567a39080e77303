"""Who did what when: the rows that timelines show.

Nouns: Activity (a verb such as `offer.released`, who, when, about what, with a few details).
Invariants: an activity is written in the transaction of what it tells, and never changed afterwards; it knows the
record by name only, and each room links its records to activities by a table of its own.
Rooms above write with `Activity.objects.create(...)`; nothing is shown without the record that it hangs on.
"""
