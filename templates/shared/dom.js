// Elements for the pages, and how values are shown. What the server says only ever becomes text. Like scanlogin.js it
// needs nothing newer than the browsers of early 2020 have.

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

/** What people named, amid other text: characters in it that turn the direction of the text end with it. */
export const personal = (text) => h('bdi', {}, text);

/**
 * A picture from the web, and from nowhere else.
 * @param {Node|string} otherwise stands where there is none, or where it does not load
 */
export function picture(url, { size, alt, otherwise = '' }) {
  if (!/^https?:\/\//i.test(url ?? '')) return otherwise;
  const image = h('img', { src: url, alt, width: size, height: size, loading: 'lazy' });
  image.addEventListener('error', () => image.replaceWith(otherwise));
  return image;
}

/**
 * @param {string} language of the page
 * @param {Intl.DateTimeFormatOptions} [more] to show than the minute
 * @returns {function(string): (Element|string)} shows a time of the API's in the browser's zone, with the UTC beside it;
 *   what is no time comes back as it is
 */
export function timesIn(language, more = {}) {
  const clock = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...more,
  });
  return (utc) => {
    const date = new Date(typeof utc === 'string' ? utc : NaN);
    if (Number.isNaN(date.getTime())) return utc;
    return h('time', { datetime: utc, title: utc.replace('T', ' ').replace('Z', ' UTC') }, clock.format(date));
  };
}
