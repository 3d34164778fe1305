"""Lets these scripts import those of emoji-if."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "emoji-if" / "train"
sys.path.append(str(FOLDER))
