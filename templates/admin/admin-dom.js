// How values are shown on the admin page.
import { h, isEmpty, picture as pictureOf, timesIn } from './dom.js';
import { language, texts } from './admin-texts.js';

export { button, h, heading, isEmpty, personal } from './dom.js';

export const yesNo = (value) => (value ? texts.yes : texts.no);

/** A value as text: `--` for none. */
export function shown(value) {
  if (typeof value === 'boolean') return yesNo(value);
  if (isEmpty(value)) return '--';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const toTime = timesIn(language, { second: '2-digit' });
/** A time in the browser's zone, with the UTC beside it. */
export function time(utc) {
  const made = toTime(utc);
  return made instanceof Element ? made : shown(made);
}

/** Only from the web; `otherwise` stands where there is none. */
export const picture = (url, size, otherwise = shown(null)) =>
  pictureOf(url, { size, alt: texts.labels.avatar_url, otherwise });

export const userLink = (id, text = id) => (isEmpty(id) ? shown(text) : h('a', { href: `#users/${id}` }, shown(text)));
