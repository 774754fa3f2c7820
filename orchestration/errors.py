"""Errors that somebody can mend: shown as one message, saying what, where and what to do; it holds no row value."""


class UserError(Exception):
    """Something in the call, the inbox, the contracts or the folders; its text may be shown and logged as it is."""
