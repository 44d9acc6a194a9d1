"""Pages for factories (需求方)."""

from app.web.factory import (
    assessments,
    gaps,
    home,
    imports,
    match,
    needs,
    profile,
    register,
    report,
    symptoms,
)

# Runs and needs have fixed first segments; they come before the pages of one factory.
routers = (
    register.router,
    imports.router,
    match.router,
    needs.router,
    symptoms.router,
    profile.router,
    report.router,
    assessments.router,
    gaps.router,
    home.router,
)
