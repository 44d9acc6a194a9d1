"""Pages for everybody: home, catalogue, sign-in."""

from app.web.public import account, catalogue, tokens

routers = (catalogue.router, account.router, tokens.router)
