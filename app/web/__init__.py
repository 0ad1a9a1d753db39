"""Blueprints: parse, authorize, call one service, render."""
