// The page on which people read what openapi.json says. body's data-state is `starting`, `shown`, or `unavailable` where
// there is no such file. What the file says only ever becomes text. Like scanlogin.js the page needs nothing newer than
// the browsers of early 2020 have.
import { h } from './dom.js';
import { operationElement, paragraphs } from './docs-operation.js';
import { resolver } from './docs-schema.js';
import { language, texts } from './docs-texts.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const part = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

function fill(element, ...children) {
  element.textContent = '';
  element.append(...children);
}

function sectionsOf(description) {
  const api = { document: description, resolve: resolver(description) };
  const paths = Object.keys(description.paths);
  const calls = paths.flatMap((path) => METHODS.filter((method) => description.paths[path][method])
    .map((method) => ({ method, path, operation: description.paths[path][method] })));
  return description.tags.map(({ name, description: about }) => h('section', { class: 'tag', 'aria-labelledby': `tag-${name}` },
    h('h2', { id: `tag-${name}`, lang: 'en' }, name), h('div', { lang: 'en', class: 'quiet' }, ...paragraphs(about)),
    calls.filter(({ operation }) => operation.tags.includes(name))
      .map(({ method, path, operation }) => operationElement(method, path, operation, api))));
}

// ---- what people do ----

function filter() {
  const wanted = part('filter').value.trim().toLowerCase();
  let count = 0;
  for (const call of all('.operation')) {
    call.hidden = !call.firstChild.textContent.toLowerCase().includes(wanted);
    if (!call.hidden) count += 1;
  }
  for (const section of all('.tag')) section.hidden = !section.querySelector('.operation:not([hidden])');
  part('found').textContent = texts.found(count);
}

const shown = () => all('.operation').filter((call) => !call.hidden);
const showToggle = () => { part('toggle').textContent = texts[shown().every(({ open }) => open) ? 'close' : 'open']; };
function toggle() {
  const open = !shown().every((call) => call.open);
  for (const call of shown()) call.open = open;
  showToggle();
}

function goTo() {
  const call = part(decodeURIComponent(location.hash.slice(1)));
  if (!call || !call.classList.contains('operation')) return;
  call.open = true;
  call.scrollIntoView();
}

// The address leads to the call that was opened last.
function remember({ target }) {
  if (!target.classList || !target.classList.contains('operation')) return;
  if (target.open) history.replaceState(null, '', `#${target.id}`);
  showToggle();
}

// ---- start ----

async function load() {
  part('retry').hidden = true;
  part('status').textContent = texts.loading;
  let description;
  try {
    const response = await fetch(document.body.dataset.description);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    description = await response.json();
  } catch (error) {
    document.body.dataset.state = 'unavailable';
    part('status').textContent = texts.unavailable;
    part('retry').hidden = false;
    return;
  }
  const { title, version, description: about } = description.info;
  document.title = texts.title(title);
  part('title').textContent = texts.title(title);
  part('version').textContent = texts.version(version);
  fill(part('about'), ...paragraphs(about));
  fill(part('operations'), ...sectionsOf(description));
  part('status').textContent = '';
  part('api').hidden = false;
  document.body.dataset.state = 'shown';
  filter();
  showToggle();
  goTo();
}

document.documentElement.lang = language;
for (const element of all('[data-text]')) element.textContent = texts[element.dataset.text];
part('file').href = document.body.dataset.description;
part('filter').addEventListener('input', () => { filter(); showToggle(); });
part('toggle').addEventListener('click', toggle);
part('retry').addEventListener('click', load);
part('operations').addEventListener('toggle', remember, true);
addEventListener('hashchange', goTo);
load();
