"""Pages for administrators of the platform (系统管理员)."""

from app.web.admin import criteria

routers = (criteria.router,)
