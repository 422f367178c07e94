"""Completion in fish: click's script ends what it offers at the first comma."""

from __future__ import annotations

from click.shell_completion import FishComplete, add_completion_class

__all__ = ["CommaFish"]

_SOURCE = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \
COMP_CWORD=(commandline -t) %(prog_name)s)
    for completion in $response
        set -l found (string split -m 1 "," $completion)
        switch $found[1]
            case dir
                __fish_complete_directories $found[2]
            case file
                __fish_complete_path $found[2]
            case plain
                echo $found[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


@add_completion_class
class CommaFish(FishComplete):
    """Offers titles with commas whole."""

    source_template = _SOURCE
