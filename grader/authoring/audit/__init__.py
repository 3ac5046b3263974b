"""Measure a suite: the wheats that pass, the tests that kill each chaff, and what doing nothing earns."""

from grader.authoring.audit.kill_matrix import UnitAudit
from grader.authoring.audit.running import audit_conditions, audit_units
from grader.authoring.audit.variants import Variant, variants_of

__all__ = ["UnitAudit", "Variant", "audit_conditions", "audit_units", "variants_of"]
