"""Tests of the pages' modules. A package, so that one Chromium serves all of them and ends with them."""
