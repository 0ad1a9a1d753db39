"""The schema that web, agent and page share: messages, codec, limits and the binary input format.

Imports nothing of the project. The page's side, ``app/static/js/protocol.js``, is generated
from here by ``python -m vb.protocol.to_js``; a test fails when the two drift apart.
"""
