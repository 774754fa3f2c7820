"""The kind of error that a user can mend: shown as one message, without a trace."""


class UserError(Exception):
    """Something in the call, the inbox or the configuration; says what, where and what to do."""
