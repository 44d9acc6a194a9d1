"""Pages for everybody: home, catalogue, sign-in."""

from app.web.public import account, catalogue

routers = (catalogue.router, account.router)
