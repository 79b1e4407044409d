"""`vitrine doctor`."""

from __future__ import annotations

from dataclasses import asdict

from cli.declaring import SharedOptions, command
from cli.exit_codes import DONE, INCOMPLETE
from cli.terminal import Terminal, table


@command
def doctor(options: SharedOptions, terminal: Terminal) -> int:
    """Check this installation, and say what to do.

    Looks at versions, disk, database, vector store, encoder, broker and address.
    Ends with 1 when a check has failed.
    """
    from cli.checks import FAIL, WARN, all_findings
    from core.settings import load_settings

    del options
    findings = list(all_findings(load_settings()))
    rows = [(f.status, f.check, f.found, f.remedy) for f in findings]
    failed = sum(finding.status == FAIL for finding in findings)
    warned = sum(finding.status == WARN for finding in findings)
    terminal.result(
        {"ok": not failed, "findings": [asdict(finding) for finding in findings]},
        table("", ("", "check", "found", "what to do"), rows),
    )
    terminal.say(f"{len(findings)} checks, {failed} failed, {warned} warnings")
    return INCOMPLETE if failed else DONE
