"""The sections of the page: each knows its heading, its template and what to put in it.

A new kind of finding gets a section by a module here with a ``build_`` function, a template of the same id under
``templates/sections`` and a line in ``SECTIONS``; a section whose function returns None has nothing to say and is left
out.
"""

from detente.report.sections.actors import build_actors
from detente.report.sections.assumptions import build_assumptions
from detente.report.sections.brief import build_brief
from detente.report.sections.claims import build_claims
from detente.report.sections.drivers import build_drivers
from detente.report.sections.evidence import build_evidence
from detente.report.sections.forecasts import build_forecasts
from detente.report.sections.influence import build_influence
from detente.report.sections.material import Material, Section
from detente.report.sections.method import build_method
from detente.report.sections.policies import build_policies
from detente.report.sections.record import build_record
from detente.report.sections.settling import build_settling
from detente.report.sections.terms import build_terms
from detente.report.sections.timeline import build_timeline
from detente.report.sections.ways import build_ways

__all__ = ["SECTIONS", "Material", "Section"]

#: the page, in order
SECTIONS = (
    Section("brief", "The brief, annotated", build_brief),
    Section("claims", "The claims", build_claims),
    Section("forecasts", "What happens when", build_forecasts),
    Section("timeline", "Who moves when", build_timeline),
    Section("settling", "Where it settles, and for whom", build_settling),
    Section("ways", "Ways there", build_ways),
    Section("terms", "On what terms", build_terms),
    Section("policies", "What could be done", build_policies),
    Section("drivers", "What drives it, what flips it", build_drivers),
    Section("actors", "Who wants what", build_actors),
    Section("influence", "Who holds whose fortunes", build_influence),
    Section("assumptions", "What is assumed", build_assumptions),
    Section("evidence", "What the evidence says", build_evidence),
    Section("record", "How it came out", build_record),
    Section("method", "How it was made", build_method),
)
