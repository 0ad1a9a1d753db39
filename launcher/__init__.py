"""The launcher behind ``./turtus``: installs, starts, checks, shows, measures.

Never imported by the service.
"""
