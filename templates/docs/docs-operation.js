// One call of the API, as an element. Like scanlogin.js this needs nothing newer than the browsers of early 2020 have.
import { h } from './dom.js';
import { asText, formsOf, inWords } from './docs-schema.js';
import { texts } from './docs-texts.js';

// `code` in a text is shown as such.
const words = (text) => text.split(/`([^`]+)`/).map((part, i) => (i % 2 === 0 ? part : h('code', {}, part)));

/** The paragraphs of a text. */
export const paragraphs = (text) => (text ?? '').split('\n\n').filter(Boolean).map((part) => h('p', {}, words(part)));

const title = (text) => h('h3', {}, text);
const english = (...children) => h('div', { lang: 'en' }, ...children);
const json = (schema, resolve) => h('pre', { lang: 'en', tabindex: 0 }, asText(schema, resolve));

function nameOf({ type, in: where, name, scheme }) {
  if (type === 'http') return `Authorization: ${scheme === 'bearer' ? 'Bearer' : scheme.toUpperCase()} TOKEN`;
  return `${name} (${texts.where[where]})`;
}

function security(operation, { document, resolve }) {
  const ways = operation.security ?? document.security ?? [];
  const names = ways.flatMap((way) => Object.keys(way));
  if (names.length === 0) return h('p', { class: 'quiet' }, texts['no-token']);
  const schemes = names.map((name) => resolve(document.components.securitySchemes[name]));
  const maybe = ways.some((way) => Object.keys(way).length === 0);
  return h('div', { class: 'quiet' }, h('p', {}, texts[maybe ? 'maybe-token' : 'token']),
    h('ul', {}, schemes.map((scheme) => h('li', {}, h('code', {}, nameOf(scheme))))));
}

function parameters(operation, { resolve }) {
  const all = (operation.parameters ?? []).map(resolve);
  if (all.length === 0) return null;
  return [title(texts.parameters), h('dl', {}, all.flatMap(({ name, in: where, required, description, schema }) => [
    h('dt', {}, h('code', {}, name), h('small', {}, ` ${texts.where[where]}${required ? ` · ${texts.required}` : ''}`)),
    h('dd', { lang: 'en' }, ...paragraphs(description), h('p', {}, h('code', { class: 'quiet' }, inWords(schema, resolve)))),
  ]))];
}

function request(operation, { resolve }) {
  const content = resolve(operation.requestBody).content;
  if (!content) return null;
  return [title(texts.request), Object.keys(content).map((media) =>
    h('div', {}, h('p', { class: 'quiet' }, media), json(content[media].schema, resolve)))];
}

function headers(response, { resolve }) {
  const names = Object.keys(response.headers ?? {});
  if (names.length === 0) return null;
  return h('dl', { class: 'headers', 'aria-label': texts.headers }, names.flatMap((name) => {
    const { description, schema } = resolve(response.headers[name]);
    return [h('dt', {}, h('code', {}, name)), h('dd', { lang: 'en' }, ...paragraphs(description),
      formsOf(schema, resolve).map((form) => h('p', {}, h('code', { class: 'quiet' }, inWords({ ...form, title: undefined }, resolve)),
        form.title ? ` ${form.description ?? form.title}` : '')))];
  }));
}

function body(media, { schema }, { resolve }) {
  return h('div', { class: 'body' }, h('p', { class: 'quiet' }, media), formsOf(schema, resolve).flatMap((form) => [
    english(...paragraphs(form.description)), json(form, resolve)]));
}

function reply(status, given, api) {
  const response = api.resolve(given);
  const content = response.content ?? {};
  return h('section', { class: 'reply' }, h('h4', {}, h('span', { class: 'code' }, status), ' ',
    h('span', { lang: 'en' }, words(response.description))), headers(response, api),
  Object.keys(content).map((media) => body(media, content[media], api)));
}

/** @param {{document: object, resolve: function}} api */
export function operationElement(method, path, operation, api) {
  const [{ url: base = '' } = {}] = api.document.servers ?? [];
  const summary = h('summary', {}, h('span', { class: `method ${method}` }, method.toUpperCase()), ' ',
    h('code', { class: 'path' }, base + path), ' ', h('span', { class: 'quiet', lang: 'en' }, words(operation.summary ?? '')));
  const details = h('details', { id: operation.operationId, class: 'operation' }, summary);
  // Nobody opens all of them: what is in one is made when it is looked at.
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(h('div', { class: 'inside' }, english(...paragraphs(operation.description)),
      ...[security, parameters, request].map((part) => part(operation, api)).flat(2).filter(Boolean),
      title(texts.replies), ...Object.keys(operation.responses).map((status) => reply(status, operation.responses[status], api))));
  });
  return details;
}
