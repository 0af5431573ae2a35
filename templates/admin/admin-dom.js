// Elements, and how values are shown. What the server says only ever becomes text.
import { language, texts } from './admin-texts.js';

/**
 * An element. An attribute that is true is there without a value; one that is false or null is not there.
 * @param {...(Node|string|number|Array|null)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function button(label, onClick, attributes = {}) {
  const element = h('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', onClick);
  return element;
}

/** Where the focus goes when what had it is gone. */
export const heading = (level, text) => h(`h${level}`, { tabindex: -1 }, text);

export const isEmpty = (value) => value === null || value === undefined || value === '';
export const yesNo = (value) => (value ? texts.yes : texts.no);

/** What people named, amid other text: characters in it that turn the direction of the text end with it. */
export const personal = (text) => h('bdi', {}, text);

/** A value as text: `--` for none. */
export function shown(value) {
  if (typeof value === 'boolean') return yesNo(value);
  if (isEmpty(value)) return '--';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const clock = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
  year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});

/** A time in the browser's zone, with the UTC beside it. */
export function time(utc) {
  const date = new Date(typeof utc === 'string' ? utc : NaN);
  if (Number.isNaN(date.getTime())) return shown(utc);
  return h('time', { datetime: utc, title: utc.replace('T', ' ').replace('Z', ' UTC') }, clock.format(date));
}

/** Only from the web; `otherwise` stands where there is none. */
export function picture(url, size, otherwise = shown(null)) {
  if (!/^https?:\/\//i.test(url ?? '')) return otherwise;
  const image = h('img', { src: url, alt: texts.labels.avatar_url, width: size, height: size, loading: 'lazy' });
  image.addEventListener('error', () => image.replaceWith(otherwise));
  return image;
}

export const userLink = (id, text = id) => (isEmpty(id) ? shown(text) : h('a', { href: `#users/${id}` }, shown(text)));
