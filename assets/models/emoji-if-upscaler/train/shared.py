"""Lets these scripts import emoji-if's (data, model, scenes, text, train), which lie beside it."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "emoji-if" / "train"
sys.path.append(str(FOLDER))
