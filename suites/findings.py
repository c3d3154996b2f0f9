#!/usr/bin/env python3
"""Holds the findings of testssl.sh (its --jsonfile) to a list of those that are expected.

    suites/findings.py ENGINE EXPECTED FILE

A line of EXPECTED: `ENGINE | id | severity | words of the finding | reason`, ENGINE being jdk, native or both. Ends with 1
when there is a finding of severity LOW or worse that is not in the list, and when one of the list has not been found:
the list then promises too little.
"""
import json
import sys
from pathlib import Path

HARMLESS = ("OK", "INFO", "DEBUG")


def expected(engine, file):
    rows = [line.split(" | ", 4) for line in Path(file).read_text().splitlines() if line and line[0] != "#"]
    return [row[1:4] for row in rows if row[0] in (engine, "both")]


def main():
    engine, allowed, file = sys.argv[1], expected(sys.argv[1], sys.argv[2]), sys.argv[3]
    findings = [f for f in json.loads(Path(file).read_text()) if f["severity"] not in HARMLESS]
    used = set()
    wrong = 0
    for finding in findings:
        matches = [i for i, (name, severity, words) in enumerate(allowed)
                   if finding["id"].split(" ")[0] == name and finding["severity"] == severity and words in finding["finding"]]
        used.update(matches)
        if not matches:
            wrong += 1
            print(f"not expected of {engine}: {finding['severity']} {finding['id']}: {finding['finding']}")
    for i, row in enumerate(allowed):
        if i not in used:
            wrong += 1
            print(f"expected of {engine} and not found: {' | '.join(row)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
