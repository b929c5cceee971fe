"""A command class that refuses repeated options."""

from typing import Any

from typer.core import TyperCommand

from rangemap.errors import UsageError


class NoRepeatCommand(TyperCommand):
    """A command that refuses an option that takes one value but is given twice.

    The default parser uses the last value, so that of two files of sites the first would
    be ignored silently.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            single_valued = [
                p for p in order if not p.multiple and not getattr(p, "is_flag", False)
            ]
            for parameter in single_valued:
                if parameter.param_type_name == "option" and single_valued.count(parameter) > 1:
                    raise UsageError(
                        f"{parameter.opts[0]} is given twice but takes one value; remove one"
                    )
        return super().parse_args(ctx, args)
