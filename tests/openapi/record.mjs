// What tests/lib/setup.bash has recorded: each field ends with a NUL.
import { readFileSync } from 'node:fs';

// Of curl's arguments: the request's headers and its body.
function sentBy(args) {
  const headers = new Map();
  let body = null;
  args.forEach((arg, i) => {
    if (arg === '-H') headers.set(args[i + 1].split(':')[0].toLowerCase(), args[i + 1]);
    if (arg === '-d' || arg === '--data-binary') body = args[i + 1];
  });
  return { headers, body };
}

function headersIn(text) {
  const headers = new Map();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([\w-]+): ?(.*?)\r?$/.exec(line) ?? [];
    if (name && name !== 'Status') headers.set(name.toLowerCase(), value);
  }
  return headers;
}

export function readRecord(file) {
  const fields = readFileSync(file, 'utf8').split('\0');
  const all = [];
  for (let at = 0; at + 6 <= fields.length;) {
    const [method, url, status, headers, body, count] = fields.slice(at, at + 6);
    const args = fields.slice(at + 6, at + 6 + Number(count));
    at += 6 + Number(count);
    const [path, search = ''] = url.split('?');
    const query = search.split('&').filter((pair) => /=./.test(pair)).map((pair) => pair.split('=')[0]);
    all.push({ method, path, query, sent: sentBy(args), status, headers: headersIn(headers), body });
  }
  return all;
}
