// npm's jose. What it is asked and answers is in e2e/45-other-verifiers.sh.
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';

const secret = new TextEncoder().encode(process.env.SECRET_KEY);

async function verify(token) {
  const { alg } = decodeProtectedHeader(token);
  const keys = alg === 'HS256' ? secret : createRemoteJWKSet(new URL(process.env.JWKS_URL));
  const { payload } = await jwtVerify(token, keys, { algorithms: ['HS256', 'EdDSA', 'RS256'] });
  return `${alg} ${payload.id} ${payload.username}`;
}

const [what, alg, kid, file, claims] = process.argv.slice(2);
if (what === 'sign') {
  const key = file ? createPrivateKey(readFileSync(file)) : secret;
  console.log(await new SignJWT(JSON.parse(claims)).setProtectedHeader(kid ? { alg, kid } : { alg }).sign(key));
} else {
  for (const token of readFileSync(0, 'utf8').trim().split('\n')) {
    console.log(await verify(token).catch((error) => `refused: ${error.code}`));
  }
}
