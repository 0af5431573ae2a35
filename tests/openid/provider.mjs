// npm's oidc-provider, a certified OpenID provider, with one client per algorithm: rs, es and ed. Who logs in is said by a
// header, on each step of the way: X-Decide: allow:NAME, or refuse.
//
//   provider.mjs PORT_FILE KEYS [PORT]     KEYS: a file that holds its keys; made anew where it is not there
//
// CALLBACKS in the environment: the URLs that its clients may be called back at, with blanks between them.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [portFile, keysFile, port = '0'] = process.argv.slice(2);
const ALGORITHMS = { rs: 'RS256', es: 'ES256', ed: 'EdDSA' };

// By way of PEM: Node 20 hangs now and then when a key is exported as JWK while what made it is collected as garbage.
function newKeys() {
  const pem = { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } };
  const kinds = [['rsa', { modulusLength: 2048 }, 'RS256'], ['ec', { namedCurve: 'P-256' }, 'ES256'], ['ed25519', {}, 'EdDSA']];
  return kinds.map(([kind, options, alg]) => {
    const { privateKey } = generateKeyPairSync(kind, { ...options, ...pem });
    return { ...createPrivateKey(privateKey).export({ format: 'jwk' }), alg, use: 'sig' };
  });
}
if (!existsSync(keysFile)) writeFileSync(keysFile, JSON.stringify(newKeys()));

const server = createServer((request, response) => answer(request, response).catch((error) => {
  console.error(error);
  response.destroy();
}));
await new Promise((resolve) => { server.listen(Number(port), '127.0.0.1', resolve); });
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: Object.entries(ALGORITHMS).map(([name, alg]) => ({
    client_id: `${name}-client`,
    client_secret: `${name}-secret: with + and %`,
    redirect_uris: process.env.CALLBACKS.split(' '),
    id_token_signed_response_alg: alg,
  })),
  jwks: { keys: JSON.parse(readFileSync(keysFile, 'utf8')) },
  enabledJWA: { idTokenSigningAlgValues: Object.values(ALGORITHMS) },
  claims: { openid: ['sub'], profile: ['name', 'picture'] },
  cookies: { keys: ['a test'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `王小${id}🦉`, picture: `https://pictures.example/${id}.png` }),
  }),
});

async function answer(request, response) {
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response);
  const [verb, person] = (request.headers['x-decide'] ?? '').split(':');
  if (verb !== 'allow') return provider.interactionFinished(request, response, { error: 'access_denied' });
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: person } });
  const grant = new provider.Grant({ accountId: person, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

process.on('SIGTERM', () => process.exit(0));
writeFileSync(`${portFile}.new`, `${server.address().port}\n`);
renameSync(`${portFile}.new`, portFile);
