"""Entry point of `rangemap` and `python -m rangemap`."""

import signal


def main() -> None:
    """Load the command and run it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Nothing needs cleaning up before the command is loaded, so Ctrl-C ends it silently.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from rangemap.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
