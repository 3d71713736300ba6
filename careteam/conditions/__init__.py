"""Conditions as their patient tells of them, and when the current episode began. It holds no code and no judgement."""
