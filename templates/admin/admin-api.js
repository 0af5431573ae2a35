// Requests to the admin endpoints.
import * as requests from './requests.js';

export { Failure } from './requests.js';

/** As the function of that name in requests.js, with a path below the admin endpoints. */
export const call = (path, options) => requests.call(`admin/${path}`, options);
export const download = (path, name) => requests.download(`admin/${path}`, name);
