"""The command, as `rangemap` or `python -m rangemap`."""

import signal


def main() -> None:
    """Load the command and run it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # There is nothing to take away before it is loaded: Ctrl-C ends it without a word.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from rangemap.cli import main as run

    run()


if __name__ == "__main__":
    main()
