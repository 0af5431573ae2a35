// A JSON Schema as people read it: what the JSON looks like, with what may stand in it. Like scanlogin.js this needs
// nothing newer than the browsers of early 2020 have.

const quoted = (value) => JSON.stringify(value);
const LIMITS = [['minLength', 'at least % characters'], ['maxLength', 'at most % characters'], ['minimum', 'from %'], ['maximum', 'to %'],
  ['minProperties', 'at least % member'], ['default', 'by default %'], ['pattern', '%']];

/** @returns {function(object): object} what a reference of that document leads to; anything else as it is */
export function resolver(document) {
  return function resolve(value) {
    if (typeof value?.$ref !== 'string') return value ?? {};
    const { $ref, ...beside } = value;
    const found = $ref.split('/').slice(1).map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'))
      .reduce((at, key) => at?.[key], document);
    return resolve(typeof found === 'object' && found !== null ? { ...found, ...beside } : {});
  };
}

/** The forms that one of several is: itself, if there is one alone. */
export function formsOf(schema, resolve) {
  const { oneOf, anyOf } = resolve(schema);
  return (oneOf ?? anyOf ?? [schema]).map(resolve);
}

const typeOf = ({ type }) => (Array.isArray(type) ? type.join(' | ') : type ?? 'any');

/** In a few words: `"a" | "b"`, `integer (from 1, to 25)`. */
export function inWords(schema, resolve) {
  const found = resolve(schema);
  if ('const' in found) return quoted(found.const);
  if (found.enum) return found.enum.map(quoted).join(' | ');
  const forms = found.oneOf ?? found.anyOf;
  if (forms) return forms.map((form) => inWords(form, resolve)).join(' | ');
  const limits = found.examples ? [`like ${found.examples.map(quoted).join(', ')}`] :
    LIMITS.filter(([name]) => found[name] !== undefined).map(([name, text]) => text.replace('%', () => String(found[name])));
  return limits.length === 0 ? typeOf(found) : `${typeOf(found)} (${limits.join(', ')})`;
}

const remark = ({ description }) => (description ? `// ${description.replace(/\s+/g, ' ')}` : '');

// The lines of a value, without an indent. Each is what stands there and what is said of it, which comes with the first line
// of an object.
const line = (text, said = '') => ({ text, said });
const behind = (lines, text) => [...lines.slice(0, -1), line(lines[lines.length - 1].text + text, lines[lines.length - 1].said)];
const before = (text, [first, ...rest]) => [line(text + first.text, first.said), ...rest];
const saying = (said, [first, ...rest]) => [line(first.text, said || first.said), ...rest];

function membersOf({ properties, required = [] }, resolve) {
  const members = Object.keys(properties).map((name) => before(`${quoted(name)}${required.includes(name) ? '' : '?'}: `,
    linesOf(properties[name], resolve)));
  return members.flatMap((lines, i) => (i < members.length - 1 ? behind(lines, ',') : lines))
    .map(({ text, said }) => line(`  ${text}`, said));
}

function linesOf(schema, resolve) {
  const found = resolve(schema);
  const said = remark(found);
  const forms = (found.oneOf ?? found.anyOf ?? []).map(resolve);
  if (forms.some(({ type, properties }) => type === 'array' || properties)) {
    return saying(said, forms.map((form) => linesOf(form, resolve)).reduce((some, [first, ...rest]) =>
      [...behind(some, ` | ${first.text}`), ...rest]));
  }
  if (found.type === 'array') return saying(said, before('[', behind(linesOf(found.items ?? {}, resolve), ', …]')));
  if (!found.properties) return [line(found.type === 'object' ? '{ … }' : inWords(found, resolve), said)];
  if (Object.keys(found.properties).length === 0) return [line('{}', said)];
  return [line('{', said), ...membersOf(found, resolve), line('}')];
}

/** @returns {string} lines; a name with a `?` behind it need not be there */
export const asText = (schema, resolve) => linesOf({ ...resolve(schema), description: undefined }, resolve)
  .map(({ text, said }) => (said ? `${text}  ${said}` : text)).join('\n');
