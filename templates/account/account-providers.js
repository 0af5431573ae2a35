// The providers by which the site lets people in, and what they are called.
import { call, Failure } from './requests.js';
import { language, texts } from './account-texts.js';

const PATIENCE_MS = 5000; // nobody waits longer for what their identities are called
const asked = [];

/**
 * @returns {Promise<{name: string, kind: string, label: {zh: string, en: string}, here: boolean}[]>} in the site's order;
 *   asked for once. Without an answer none: then names are those that this page knows, and nothing can be linked
 */
export async function providers() {
  if (!asked.length) asked.push(ask());
  return asked[0];
}

let labels = {};
async function ask() {
  try {
    const { data } = await call('login/', { timeout: PATIENCE_MS });
    labels = Object.fromEntries(data.providers.map(({ name, label }) => [name, label[language === 'en' ? 'en' : 'zh']]));
    return data.providers;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    asked.length = 0;
    return [];
  }
}

/** What a provider is called, once providers() has come: by the site, else by this page, else its own name. */
export const providerName = (name) => labels[name] ?? texts.providers[name] ?? name;
