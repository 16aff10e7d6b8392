import { request } from 'undici';
import { describeError, type Finding, fail, ok, warn } from './finding.ts';

const timeoutMs = 5000;

/**
 * Requests `/readyz` from the server at this URL. If the server does not run, the result is only a warning, because
 * the checks may be run before the server is started.
 */
export async function checkServer(url: string): Promise<Finding> {
  try {
    const response = await request(`${url}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    const body = await response.body.text();
    if (response.statusCode === 200) return ok('server', `${url} is ready`);
    if (response.statusCode === 503) return describeUnready(url, body);
    const advice = 'Name the URL of Livehook with --server or LIVEHOOK_URL.';
    return warn('server', `${url}/readyz answers ${response.statusCode}`, advice);
  } catch (error) {
    const advice = 'Start it with "livehook start", or name its URL with --server or LIVEHOOK_URL.';
    return warn('server', `${url} does not answer: ${describeError(error)}`, advice);
  }
}

function describeUnready(url: string, body: string): Finding {
  const advice = 'Read the log of the server.';
  try {
    const { closing, checks } = JSON.parse(body) as { closing: boolean; checks: Record<string, boolean> };
    if (closing) return warn('server', `${url} is shutting down`, advice);
    const failed = Object.keys(checks).filter(name => !checks[name]);
    return fail('server', `${url} is not ready: ${failed.join(', ')}`, advice);
  } catch {
    // The body is not the JSON of Livehook, so a proxy has answered for an unavailable server.
    return fail('server', `${url} is not ready: it answers 503`, advice);
  }
}
