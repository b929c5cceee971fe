"""One reader per format, for checks and for imports: from an untrusted file to its raw rows.

What a format leaves open (text encoding, delimiter, sheet) comes from the `ReadLog` of the caller, which
also receives what the file itself decides.
"""
