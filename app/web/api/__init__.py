"""The REST interface for programs; bearer tokens only, so no form tokens."""

from app.web.api import assessments

routers = (assessments.router,)
