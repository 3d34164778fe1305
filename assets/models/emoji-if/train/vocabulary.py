"""Write what the model was taught, for the bot's messages: its things, and every word of its captions.

    python vocabulary.py        writes ../vocabulary.json
"""

import json
import re

from data import CONCEPTS, COURSE, HERE
from scenes import BACKGROUNDS, SCENES, STYLES


def main() -> None:
    phrases = [phrase for _, phrases in SCENES.values() for phrase in phrases] + [name for _, name in COURSE]
    names = [name for concept, entry in CONCEPTS.items() for name in (concept, *entry["names"])]
    templates = [template for _, templates in STYLES.values() for template in templates]
    where = [phrase for _, phrases in BACKGROUNDS.values() for phrase in phrases]
    captions = [*names, *phrases, *templates, *where, "a high quality photo"]
    words = {word for caption in captions for word in re.findall(r"[^\W_]+", caption.lower())}
    out = {"things": sorted([*CONCEPTS, *SCENES]), "words": sorted(words)}
    (HERE.parent / "vocabulary.json").write_text(json.dumps(out, indent="\t", ensure_ascii=False) + "\n")
    print(len(out["things"]), "things,", len(out["words"]), "words")


if __name__ == "__main__":
    main()
