// Requests of the pages to scanlogin's endpoints, each with an end in time. Like scanlogin.js this needs nothing newer
// than the browsers of early 2020 have.
import { fetchWithToken } from './scanlogin.js';

const API = '/api/user/';
const TIMEOUT_MS = 20000;
const DOWNLOAD_TIMEOUT_MS = 600000;

/** A reply that is none, or says no. Status 0: no reply at all. `reason` is a 401's. */
export class Failure extends Error {
  constructor({ status, code, msg, reason }, { write = false } = {}) {
    super(msg ?? `HTTP ${status}`);
    Object.assign(this, { status, code, msg, reason, write });
  }
}

// A whole number of 16 digits and more stays the text that it is: as a number it might become another one. Many a site
// numbers its users so.
function parseExact(json) {
  const quoted = json.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g,
    (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
  return JSON.parse(quoted);
}

const BODIES = {
  json: async (response) => parseExact(await response.text()),
  blob: (response) => response.blob(),
};

let underWay = 0;
function countRequests(change) {
  underWay += change;
  document.body.dataset.busy = String(underWay > 0);
}

// The response and its body, read as one of BODIES. An abort by `signal` is thrown on as fetch() has it.
async function request(path, { signal, timeout = TIMEOUT_MS, ...init }, as) {
  const write = (init.method ?? 'GET') !== 'GET';
  const limit = new AbortController();
  const abort = () => limit.abort();
  const asked = fetchWithToken(API + path, { cache: 'no-store', ...init, signal: limit.signal });
  const timer = setTimeout(abort, timeout);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  countRequests(+1);
  let response;
  let body;
  try {
    response = await asked;
    body = await (response.ok ? BODIES[as](response) : response.json().catch(() => null));
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure({ status: 0 }, { write });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    countRequests(-1);
  }
  if (response.ok) return { response, body };
  throw new Failure({ ...body, status: response.status }, { write });
}

/**
 * @param {string} path below the endpoints
 * @param {object} [options]
 * @param {string} [options.method]
 * @param {object} [options.body] sent as JSON
 * @param {string} [options.etag] sent as If-Match
 * @param {AbortSignal} [options.signal] of whoever no longer wants the reply
 * @param {number} [options.timeout] in milliseconds
 * @returns {Promise<{data, etag: ?string}>}
 * @throws {Failure}
 */
export async function call(path, { method = 'GET', body, etag, signal, timeout } = {}) {
  const headers = {};
  if (body) headers['Content-Type'] = 'application/json';
  if (etag) headers['If-Match'] = etag;
  const reply = await request(path, { method, headers, signal, timeout, body: body && JSON.stringify(body) }, 'json');
  return { data: reply.body.data, etag: reply.response.headers.get('ETag') };
}

/**
 * Lets the browser save what is at `path` as a file. A link could not send the token.
 * @param {string} [name] of the file; else the server's
 * @throws {Failure}
 */
export async function download(path, name) {
  const { response, body } = await request(path, { timeout: DOWNLOAD_TIMEOUT_MS }, 'blob');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(body);
  link.download = name ?? nameOf(response);
  link.hidden = true;
  document.body.append(link); // Firefox before 75 follows no link that is on no page
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const nameOf = ({ headers }) => (/filename="([\w.-]+)"/.exec(headers.get('Content-Disposition')) ?? [])[1] ?? '';
