"""A real viewer without a person: Debian's Chromium, headless, that uses the pages as people do."""
