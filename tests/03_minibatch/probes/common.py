"""What the probes share."""

from __future__ import annotations

CAP = 400
