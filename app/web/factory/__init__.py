"""Pages for factories (需求方)."""

from app.web.factory import home, match, needs

# Runs and needs have fixed first segments; they come before the pages of one factory.
routers = (match.router, needs.router, home.router)
