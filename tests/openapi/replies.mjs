// Whether replies are in the description, and the other way round.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const Ajv = createRequire(`${ROOT}build/openapi/`)('ajv/dist/2020').default;

// Of every reply; the connection's own, and those that CORS_ORIGINS brings.
const OF_ALL = /^(date|server|connection|content-type|content-length|transfer-encoding|accept-ranges|x-request-id|access-control-.*)$/;
const TOLD = ['code', 'msg', 'reason'];

function validators({ document }) {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, strictTypes: false });
  ajv.addFormat('int64', true);
  ajv.addVocabulary(Object.keys(document)); // what references lead into
  ajv.addSchema(document, 'api', undefined, false);
  const made = new Map();
  return (pointer) => {
    if (!made.has(pointer)) made.set(pointer, ajv.compile({ $ref: `api#${pointer.split('/').map(encodeURIComponent).join('/')}` }));
    return made.get(pointer);
  };
}

export function repliesOf(api, record, { all }) {
  const faults = [];
  const come = new Set();
  const validator = validators(api);
  const says = (validate) => validate.errors.map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${Object.values(params).join(' ')}`).join('; ');

  // The forms that something at this place can have.
  function forms(pointer) {
    const found = api.find(pointer);
    const several = ['oneOf', 'anyOf'].find((name) => found.value[name]);
    if (!several) return [found];
    return found.value[several].flatMap((_, i) => forms(`${found.pointer}/${several}/${i}`));
  }
  // The replies of one form, by what the file enumerates: a name for each; and those that something of this form is.
  const enumeratedIn = ({ value }) => TOLD.filter((member) => value.properties?.[member]?.enum);
  const titleOf = ({ value, pointer }) => value.title ?? pointer;
  function namesOf(form, said) {
    const members = enumeratedIn(form);
    if (members.length === 0) return [titleOf(form)];
    return members.flatMap((member) => (said ? [said[member]] : form.value.properties[member].enum)
      .map((one) => `${titleOf(form)} ${one}`));
  }

  // The first form counts where several take anything.
  function checkOne(where, schema, value, { first = false } = {}) {
    const validate = validator(schema);
    if (!validate(value)) {
      faults.push(`${where}: ${JSON.stringify(value).slice(0, 300)} is not what the file has: ${says(validate)}`);
      return undefined;
    }
    let matching = forms(schema).filter(({ pointer }) => validator(pointer)(value));
    if (first) matching = matching.slice(0, 1);
    for (const form of matching) for (const name of namesOf(form, value)) come.add(`${where} ${name}`);
    return matching[0];
  }

  function checkHeaders(where, { value, pointer }, { method, headers }) {
    if (method === 'HEAD' && headers.has('location')) return; // it begins nothing, and leads elsewhere
    const listed = new Map(Object.keys(value.headers ?? {}).map((name) => [name.toLowerCase(), api.find(`${pointer}/headers/${name}`)]));
    for (const [name, header] of listed) {
      const sent = headers.get(name);
      if (sent === undefined && header.value.required) faults.push(`${where}: the header ${name} is missing`);
      if (sent === undefined) continue;
      const form = checkOne(`${where} ${name}:`, `${header.pointer}/schema`, sent, { first: true });
      if (name === 'location' && form?.value.title === 'next' && /[?&]error=|#uuid=/.test(sent)) faults.push(`${where}: leads to ${sent}`);
    }
    for (const [name, sent] of headers) {
      if (listed.has(name) || OF_ALL.test(name)) continue;
      if (name === 'cache-control' ? sent === 'no-store' : name === 'vary' && sent === 'Origin') continue;
      faults.push(`${where}: the header ${name}: ${sent} is not in the file`);
    }
    for (const name of ['cache-control', 'x-request-id']) if (!headers.has(name)) faults.push(`${where}: the header ${name} is missing`);
  }

  function checkBody(where, { value, pointer }, { method, headers, body }) {
    const type = headers.get('content-type');
    const [media] = type?.split(';') ?? [];
    const content = Object.keys(value.content ?? {});
    if (method === 'HEAD' && content.includes(media)) return;
    if (content.length === 0) {
      if (body !== '' && method !== 'HEAD' || type) faults.push(`${where}: has a body`);
      return;
    }
    if (!content.includes(media)) return faults.push(`${where}: ${type} is not in the file`);
    if (type !== `${media}; charset=utf-8`) faults.push(`${where}: the type is ${type}`);
    checkOne(`${where} ${media}`, `${pointer}/content/${media.replace('/', '~1')}/schema`, media === 'application/json' ? JSON.parse(body) : body,
      { first: media === 'text/html' });
  }

  function checkReply(where, response, reply) {
    come.add(where);
    checkHeaders(where, response, reply);
    checkBody(where, response, reply);
  }

  const refused = ({ status, body }) => status === '400' || body.startsWith('{"code":"params-error"');
  function checkRequest(operation, reply) {
    if (refused(reply) || !/^[23]/.test(reply.status)) return;
    for (const name of reply.query) {
      come.add(`${operation.name} ?${name}`);
      if (all && !operation.query.includes(name)) faults.push(`${operation.name} has taken ?${name}, which is not in the file`);
    }
    for (const name of operation.headers) if (reply.sent.headers.has(name.toLowerCase())) come.add(`${operation.name} ${name}:`);
    if (operation.body && reply.sent.body !== null) {
      const validate = validator(operation.body);
      if (!validate(JSON.parse(reply.sent.body))) faults.push(`${operation.name} has taken ${reply.sent.body}: ${says(validate)}`);
    }
  }

  // A method that no operation of the path has, a path that nobody has.
  function checkRefusal(path, operations, reply) {
    const where = `${reply.method} ${reply.path} ${reply.status}`;
    const of = { 401: 'Denied', 403: 'ForbiddenOrCrossSite', 404: 'NotFound', 405: 'MethodNotAllowed', 429: 'TooMany', 503: 'Unavailable' };
    if (!of[reply.status] || (path && reply.status === '404')) return faults.push(`${where} is not in the file`);
    checkReply(where, api.find(`/components/responses/${of[reply.status]}`), reply);
    if (reply.status !== '405') return;
    const allowed = reply.headers.get('allow').split(', ');
    for (const { method, name } of operations) {
      if (!allowed.includes(method)) faults.push(`${where}: Allow does not have ${method}`);
      come.add(`${name} 405`);
    }
  }

  for (const reply of record) {
    if (reply.method === 'OPTIONS' && reply.status === '204') continue; // a preflight
    const path = api.pathOf(reply.path);
    const operations = api.operations.filter((one) => one.path === path);
    const operation = operations.find(({ method }) => method === (reply.method === 'HEAD' ? 'GET' : reply.method));
    if (!operation) {
      checkRefusal(path, operations, reply);
      continue;
    }
    const response = operation.responses.get(reply.status);
    const where = `${operation.name} ${reply.status}`;
    if (!response) {
      faults.push(`${where} is not in the file: ${reply.body.slice(0, 200)}`);
      continue;
    }
    checkReply(where, response, reply);
    checkRequest(operation, reply);
  }
  if (!all) return faults;

  for (const { name, query, headers, responses } of api.operations) {
    for (const parameter of [...query.map((one) => `?${one}`), ...headers.map((one) => `${one}:`)]) {
      if (!come.has(`${name} ${parameter}`)) faults.push(`${name} was never asked with ${parameter}`);
    }
    for (const [status, { value, pointer }] of responses) {
      const expected = status === '405' ? [] : [
        ...Object.keys(value.content ?? {}).flatMap((media) => forms(`${pointer}/content/${media.replace('/', '~1')}/schema`)
          .flatMap((form) => namesOf(form)).map((form) => ` ${media} ${form}`)),
        ...Object.keys(value.headers ?? {}).flatMap((header) => forms(`${api.find(`${pointer}/headers/${header}`).pointer}/schema`)
          .flatMap((form) => namesOf(form)).map((form) => ` ${header.toLowerCase()}: ${form}`))];
      for (const form of ['', ...expected]) {
        if (!come.has(`${name} ${status}${form}`)) faults.push(`${name} ${status}${form.replace('#/components/schemas/', '')} has never come`);
      }
    }
  }
  return faults;
}
