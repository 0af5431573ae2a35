// What there is to ask for, by the sources: nginx's locations lead to programs, whose tables have rows.
const normal = (path) => (/\.json\/?$/.test(path) ? path.replace(/\/$/, '') : path.replace(/\/?$/, '/')).replace('/api/user', '');

// PROGRAM → how its locations are written.
function locationsIn(nginx) {
  const found = new Map();
  const files = [];
  for (const block of nginx.replace(/^ *#.*/gm, '').split(/\blocation\s+(?=[=~^"/@])/).slice(1)) {
    const [, kind, path] = /^(=|\^~|~)?\s*"?([^\s"]+)"?\s*\{/.exec(block);
    if (path.startsWith('@')) continue;
    const [, program] = /fastcgi_pass scanlogin-([\w-]+);/.exec(block) ?? [];
    if (program) found.set(program, [...(found.get(program) ?? []), { kind, path }]);
    else if (kind === '=' && /scanlogin-openapi\.conf|docs\.html/.test(block)) files.push(normal(path));
  }
  return { found, files };
}

const leadsTo = ({ kind, path }, row) => (kind === '=' ? normal(path) === normal(row) :
  kind === '~' ? new RegExp(path).test(row.replace(/\{\w+\}/g, 'x')) : row.startsWith(path));

function operationsOf(locations, source, program) {
  const rows = [...source.matchAll(/\{"(GET|POST|PATCH|DELETE)", "([^"]*)"/g)].map(([, method, path]) => ({ method, path }));
  const named = rows.filter(({ path }) => path);
  for (const { path } of named) {
    if (!locations.some((location) => leadsTo(location, path))) throw new Error(`nginx leads nobody to ${path} of ${program}`);
  }
  const others = locations.filter(({ kind, path }) => kind === '=' && path.startsWith('/api/user/') &&
    !named.some((row) => normal(row.path) === normal(path)));
  return [...named.map(({ method, path }) => `${method} ${normal(path)}`),
    ...rows.filter(({ path }) => !path).flatMap(({ method }) => others.map(({ path }) => `${method} ${normal(path)}`))];
}

// LIST → the parameters of its requests.
function parametersIn(lists) {
  const found = new Map();
  for (const [, list, text] of lists.matchAll(/(\w+)_listing\(\) \{([^]*?)\n\}/g)) {
    const names = ['ordering', 'cursor', 'limit', 'format'];
    if (text.includes('.searched')) names.push('q');
    for (const [column, name] of text.matchAll(/\{\.name = "(\w+)"[^}]*\}/g)) {
      if (!column.includes('.filtered = true')) continue;
      names.push(...(column.includes('.kind = time') ? [`${name}__gte`, `${name}__lt`] : [name]));
    }
    found.set(`GET /admin/${list}/`, new Set(names));
  }
  return found;
}

export function routesOf(nginx, programs, lists) {
  const { found, files } = locationsIn(nginx);
  const operations = new Set(files.map((path) => `GET ${path}`));
  for (const [program, source] of programs) {
    for (const one of operationsOf(found.get(program) ?? [], source, program)) operations.add(one);
  }
  return { operations, parameters: parametersIn(lists) };
}
