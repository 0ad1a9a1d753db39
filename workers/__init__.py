"""Celery: start, watch, time out and clean up browser containers. No Flask, no state between tasks."""
