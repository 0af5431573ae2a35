# Debian's python3-jwt. What it is asked and answers is in e2e/45-other-verifiers.sh.
import json
import os
import sys

import jwt

SECRET = os.environ["SECRET_KEY"]


def verify(token):
    alg = jwt.get_unverified_header(token)["alg"]
    if alg == "HS256":
        payload = jwt.decode(token, SECRET, algorithms=["HS256"])
    else:
        key = jwt.PyJWKClient(os.environ["JWKS_URL"]).get_signing_key_from_jwt(token).key
        payload = jwt.decode(token, key, algorithms=["EdDSA", "RS256"])
    return f"{alg} {payload['id']} {payload['username']}"


if sys.argv[1] == "sign":
    alg, kid, file, claims = sys.argv[2:]
    key = open(file).read() if file else SECRET
    print(jwt.encode(json.loads(claims), key, algorithm=alg, headers={"kid": kid} if kid else None))
else:
    for line in sys.stdin:
        try:
            print(verify(line.strip()))
        except jwt.PyJWTError as error:
            print("refused:", error)
