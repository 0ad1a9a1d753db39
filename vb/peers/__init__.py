"""Viewers: one RTCPeerConnection each, all over one UDP port."""
