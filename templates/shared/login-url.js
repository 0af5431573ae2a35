// The way to the site's login page.

/**
 * @param {object} [options]
 * @param {boolean} [options.back] whether the login page shall lead back here; it can if it is this site's
 * @returns {string} what body's data-login says, whole
 */
export function loginUrl({ back = true } = {}) {
  const url = new URL(document.body.dataset.login, location.href);
  if (back && url.origin === location.origin) url.searchParams.set('next', location.href.slice(location.origin.length));
  return url.href;
}
