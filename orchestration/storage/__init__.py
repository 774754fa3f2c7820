"""Inbox, workspace and published on object storage: brought down before a run, brought up after it.

Every stage works on folders, whatever lies behind them. A place that is given as a URL has a mirror on this machine;
what counts is what lies at the URL, and the mirror is made equal to it before anything is done.
"""
