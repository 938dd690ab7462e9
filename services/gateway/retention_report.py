"""`python -m services.gateway retention [--apply]`: a retention run, and what it says to who asked for it."""

from collections.abc import Mapping

from services.gateway.retention import Run
from services.gateway.settings import GatewaySettings
from services.gateway.upstreams import Upstreams
from shared import clock
from shared.database import AWAY, make_engine, session_factory
from shared.problems import Problem
from shared.rights.expiry import Figures
from shared.rights.retention import Rules, load_rules
from shared.vocabulary.refusals import SERVICE_AWAY


async def run_retention(settings: GatewaySettings, *, applied: bool) -> str:
    """Run over the network of these settings; what to say. Raises Problem 503 when a service is away."""
    engine = make_engine(settings.database_url)
    upstreams = Upstreams(settings, settings.base_url)
    try:
        run = Run(upstreams, session_factory(engine), settings.network, applied=applied)
        return report(settings.network, load_rules(), await run.everything(), applied=applied)
    except AWAY as error:
        raise Problem(503, SERVICE_AWAY) from error
    finally:
        await upstreams.close()
        await engine.dispose()


def report(network: str, rules: Rules, found: Mapping[str, Figures], *, applied: bool) -> str:
    """The run in German: rule, period, how many, of which days; no name and no id."""
    what = "" if applied else ", Probelauf: nichts wurde geändert"
    lines = [f"Aufbewahrung in {network} am {clock.today():%d.%m.%Y}{what}."]
    for name, rule in rules.items():
        if rule.applied == "run" and name in found:
            lines.append(f"  {rule.title} ({rule.period}): {_told(found[name], applied=applied)}")
    if not applied:
        lines.append("Fristen und Rechtsgrundlagen sind zu bestätigen (docs/privacy.md). Ausführen: APPLY=1.")
    return "\n".join(lines)


def _told(figures: Figures, *, applied: bool) -> str:
    if not figures.count:
        return "nichts fällig"
    days = f"von {figures.oldest:%d.%m.%Y} bis {figures.newest:%d.%m.%Y}" if figures.oldest else ""
    return f"{figures.count} {'erledigt' if applied else 'fällig'}, {days}"
