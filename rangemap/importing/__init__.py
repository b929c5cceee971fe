"""Bring your own: strangers' tables of weapons and sites become files in our format.

What a file does not tell is never guessed: each decision is written down with how it was told, and
one without enough evidence is refused with the option that makes it.
"""
