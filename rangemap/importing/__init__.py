"""Convert other people's tables of weapons and sites to rangemap's file formats.

Nothing is guessed: each decision is recorded with its evidence. If the evidence is not sufficient,
the file is refused with a message that names the option to use.
"""
