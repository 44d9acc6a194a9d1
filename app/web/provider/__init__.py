"""Pages for providers (服务商)."""

from app.web.provider import offerings, profiles

routers = (profiles.router, offerings.router)
