// npm's jsonwebtoken, which has no EdDSA. What it is asked and answers is in e2e/45-other-verifiers.sh.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import jwt from 'jsonwebtoken';

const secret = process.env.SECRET_KEY;

async function verify(token) {
  const { header } = jwt.decode(token, { complete: true });
  if (header.alg === 'HS256') return [header, jwt.verify(token, secret, { algorithms: ['HS256'] })];
  const { keys } = await (await fetch(process.env.JWKS_URL)).json();
  const jwk = keys.find((key) => key.kid === header.kid);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return [header, jwt.verify(token, key, { algorithms: [jwk.alg] })];
}

const [what, algorithm, keyid, file, claims] = process.argv.slice(2);
if (what === 'sign') {
  const key = file ? readFileSync(file) : secret;
  console.log(jwt.sign(JSON.parse(claims), key, keyid ? { algorithm, keyid } : { algorithm }));
} else {
  for (const token of readFileSync(0, 'utf8').trim().split('\n')) {
    try {
      const [header, payload] = await verify(token);
      console.log(`${header.alg} ${payload.id} ${payload.username}`);
    } catch (error) {
      console.log(`refused: ${error.message}`);
    }
  }
}
