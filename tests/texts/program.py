"""Makes crates/lab/src/sim/text/data/btree.txt again from the amalgamated source of SQLite.

    python3 tests/texts/program.py SQLITE3_C crates/lab/src/sim/text/data/btree.txt

SQLITE3_C is `sqlite3/sqlite3.c` of the crate that data/README.md names. Bytes 2,679,086 to 3,081,406 of it are the file `btree.c`. Comments are
taken out, a run of blanks becomes one blank, lines that are empty then are dropped, and the text ends with the last whole line within as many
bytes as the shipped book has.
"""

import hashlib
import re
import sys

SOURCE = "c01235302fe80da901fb70c7622c39147e29d9f29b7f6eb746b23517f320c90d"
FIRST, PAST = 2_679_086, 3_081_406
LONGEST = 148_480
# Strings and characters come first, so that what looks like a comment within them stays.
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)


def without_comments(source):
    return TOKEN.sub(lambda found: found[0] if found[0][0] in "\"'" else " ", source)


def main(source, target):
    whole = open(source, "rb").read()
    if hashlib.sha256(whole).hexdigest() != SOURCE:
        sys.exit(f"{source} is not the file that data/README.md names")
    lines = (" ".join(line.split()) for line in without_comments(whole[FIRST:PAST].decode("ascii")).split("\n"))
    text = "".join(line + "\n" for line in lines if line)
    text = text[: text.rindex("\n", 0, LONGEST) + 1]
    open(target, "w", newline="\n").write(text)
    print(len(text), hashlib.sha256(text.encode()).hexdigest())


main(*sys.argv[1:])
