"""From an untrusted file to a validated record, and from contents to files on disk."""
