// Whether docs/openapi.json says of the endpoints what they do. Prints a fault a line, and exits 1 if there was one.
//
//   check.mjs routes            the paths and methods of nginx/ and cgi-bin/, the parameters of the admin's lists, VERSION, and
//                               that no reply in the file is vague
//   check.mjs replies RECORD    every reply that tests/lib/setup.bash has recorded is in the file, every reply in the file
//                               has come, and so has every parameter; with DOCUMENTED=some it need not have
//   check.mjs operations        prints METHOD PATH TAG of each operation, with values for what is in braces
//
// A reply is a status, and at that one of the forms that the file has for its body, with each code, message and reason; or,
// of a reply that leads elsewhere, one of the places. OPENAPI is the file's path, if it is another one.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { described } from './description.mjs';
import { readRecord } from './record.mjs';
import { repliesOf } from './replies.mjs';
import { routesOf } from './routes.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(path, 'utf8');
const api = described(JSON.parse(read(process.env.OPENAPI ?? `${ROOT}docs/openapi.json`)));
const [what, record] = process.argv.slice(2);
const faults = [];

function compare(found, listed, where) {
  for (const one of found) if (!listed.has(one)) faults.push(`${one} is in ${where}, and not in the file`);
  for (const one of listed) if (!found.has(one)) faults.push(`${one} is in the file, and not in ${where}`);
}

const programs = () => new Map(readdirSync(`${ROOT}cgi-bin`).map((file) => [file.replace(/\.cc$/, ''), read(`${ROOT}cgi-bin/${file}`)]));
const VERBS = {
  routes() {
    const nginx = ['scanlogin-locations.conf', 'scanlogin-docs.conf'].map((file) => read(`${ROOT}nginx/${file}`)).join('\n');
    const { operations, parameters } = routesOf(nginx, programs(), read(`${ROOT}lib/domain/admin/admin_lists.cc`));
    compare(operations, new Set(api.operations.map(({ name }) => name)), 'nginx and cgi-bin');
    const listed = api.operations.filter(({ name }) => parameters.has(name));
    for (const { name, query } of listed) compare(parameters.get(name), new Set(query), `${name} of admin_lists.cc`);
    if (listed.length !== parameters.size) faults.push('a list of admin_lists.cc is in no operation');
    faults.push(...api.vague());
    const version = read(`${ROOT}VERSION`).trim();
    if (api.document.info.version !== version) faults.push(`info.version is ${api.document.info.version}, VERSION ${version}`);
  },
  replies() {
    faults.push(...repliesOf(api, readRecord(record), { all: process.env.DOCUMENTED !== 'some' }));
  },
  operations() {
    for (const { method, example, tag } of api.operations) console.log(`${method} ${example} ${tag}`);
  },
};

VERBS[what]();
for (const fault of new Set(faults)) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
