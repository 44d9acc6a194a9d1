"""Pages for organisers (主办方), and the meetings that participants see of their events."""

from app.web.organiser import assessments, events, review, roster, runs

# The list and "new" come before the pages of one event.
routers = (events.router, roster.router, runs.router, review.router, assessments.router)
