"""How good a unit's suite is, as numbers: what the wheats pass, and what kills each chaff."""

from grader.authoring.audit.kill_matrix import UnitAudit, audit_unit, audit_units
from grader.authoring.audit.variants import Variant, variants_of

__all__ = ["UnitAudit", "Variant", "audit_unit", "audit_units", "variants_of"]
