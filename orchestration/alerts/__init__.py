"""Telling people when something breaks and when it is well again, through a webhook and by e-mail.

`conditions` is what is wrong now, `telling` what was said of it and what is to be said, `channels` how it is sent.
"""
