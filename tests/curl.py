"""As much of curl as the documentation uses, for machines without it: `python curl.py [options] ADDRESS`."""

from __future__ import annotations

import argparse
import sys
from http.cookiejar import MozillaCookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener


def main() -> None:
    reader = argparse.ArgumentParser()
    for flag in ("-s", "-N"):
        reader.add_argument(flag, action="store_true")
    for option in ("-c", "-b", "-d", "-X", "--data-binary"):
        reader.add_argument(option)
    reader.add_argument("-H", action="append", default=[])
    reader.add_argument("address")
    # The address stands between the options of a call.
    given = reader.parse_intermixed_args()
    jar = MozillaCookieJar(given.c or given.b)
    if given.b:
        jar.load(ignore_discard=True)
    body = None if given.d is None else given.d.encode()
    if given.data_binary:
        body = Path(given.data_binary.removeprefix("@")).read_bytes()
    method = given.X or ("GET" if body is None else "POST")
    headers = dict(one.split(": ", 1) for one in given.H)
    try:
        answer = build_opener(HTTPCookieProcessor(jar)).open(
            Request(given.address, body, headers, method=method), timeout=60
        )
    except HTTPError as refusal:
        answer = refusal
    sys.stdout.write(answer.read().decode())
    if given.c:
        jar.save(ignore_discard=True)


if __name__ == "__main__":
    main()
