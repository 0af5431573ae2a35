// The description, as the checks need it.
const METHODS = ['get', 'post', 'patch', 'delete'];
const EXAMPLES = { provider: 'github', id: '1', session: '0'.repeat(32) };
const escaped = (text) => text.replace(/~/g, '~0').replace(/\//g, '~1');

// A member of a reply that need not be there, or that nothing is said of, would tell no fault: the file says what comes when.
function vagueIn(operations, find) {
  const found = [];
  const seen = new Set();
  function look(given) {
    const { value, pointer } = find(given);
    if (typeof value !== 'object' || value === null || seen.has(pointer)) return;
    seen.add(pointer);
    if (value.properties) {
      const missing = Object.keys(value.properties).filter((name) => !(value.required ?? []).includes(name));
      if (missing.length > 0) found.push(`${pointer}: ${missing.join(', ')} may be missing`);
      if (value.additionalProperties !== false) found.push(`${pointer} may have other members`);
    }
    for (const key of Object.keys(value)) if (key !== 'examples') look(`${pointer}/${escaped(key)}`);
  }
  for (const { responses } of operations) {
    for (const { value, pointer } of responses.values()) {
      for (const media of Object.keys(value.content ?? {})) look(`${pointer}/content/${escaped(media)}/schema`);
    }
  }
  return found;
}

export function described(document) {
  const at = (pointer) => pointer.split('/').slice(1)
    .reduce((value, key) => value[key.replace(/~1/g, '/').replace(/~0/g, '~')], document);
  // Behind references: what is there, and where.
  function find(pointer) {
    const value = at(pointer);
    return value?.$ref === undefined ? { value, pointer } : find(value.$ref.slice(1));
  }

  function operation(path, method) {
    const pointer = `/paths/${escaped(path)}/${method}`;
    const { responses, parameters = [], requestBody, tags } = at(pointer);
    const found = parameters.map((_, i) => find(`${pointer}/parameters/${i}`).value);
    const namesIn = (place) => found.filter((one) => one.in === place).map(({ name }) => name);
    return {
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      tag: tags[0],
      example: `/api/user${path.replace(/\{(\w+)\}/g, (_, name) => EXAMPLES[name])}`,
      query: namesIn('query'),
      headers: namesIn('header'),
      body: requestBody && `${pointer}/requestBody/content/application~1json/schema`,
      responses: new Map(Object.keys(responses).map((status) => [status, find(`${pointer}/responses/${status}`)])),
    };
  }

  const paths = Object.keys(document.paths);
  const operations = paths.flatMap((path) => METHODS.filter((method) => document.paths[path][method])
    .map((method) => operation(path, method)));
  const patterns = paths.map((path) => [path, new RegExp(`^/api/user${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')
    .replace(/\/$/, '')}/?$`)]).sort(([one], [other]) => one.split('{').length - other.split('{').length);
  // A whole path comes before one with parameters.
  const pathOf = (url) => patterns.find(([, pattern]) => pattern.test(url))?.[0];
  return { document, operations, find, pathOf, vague: () => vagueIn(operations, find) };
}
