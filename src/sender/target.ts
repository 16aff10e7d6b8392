import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Encryption } from '../database/encryption.ts';
import { defineStatement } from '../database/pool.ts';
import { decryptHeaders } from '../domain/endpoints/endpoint-headers.ts';
import { maxLiveSecrets } from '../domain/endpoints/endpoint-secrets.ts';
import type { CustomHeader } from '../egress/headers.ts';
import { createSigner, type Signer } from '../egress/signing.ts';
import type { Templates } from '../egress/templates/messages.ts';
import { isTemplate } from '../egress/templates/syntax.ts';
import type { Logger } from '../log.ts';

/**
 * An endpoint that is prepared for sending: its secrets are decrypted, and its templates separated from fixed values.
 */
export interface Target {
  readonly endpointId: string;
  readonly revision: number;
  readonly name: string;
  readonly url: string;
  /** The endpoint's templates. Null if URL and payload are sent unchanged. */
  readonly templates: Templates | null;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly headers: readonly CustomHeader[];
  readonly timeoutMs: number;
  readonly scheduleSeconds: readonly number[];
  readonly maxConcurrency: number | null;
  readonly rateLimitPerSecond: number | null;
  /** Whether deliveries are sent one at a time, in the order in which their events were published. */
  readonly isFifo: boolean;
  readonly storesResponseBody: boolean;
  /** The reason why no request can be made: the secrets could not be decrypted. Null if they could. */
  readonly decryptionProblem: string | null;
  /** Returns a signer with the secrets that are valid at `nowMs` (Unix milliseconds). */
  signerAt(nowMs: number): Signer;
}

/**
 * The columns of an endpoint that its `Target` contains unchanged, and those from which its other properties are built.
 */
interface TargetRow
  extends Omit<Target, 'templates' | 'headers' | 'timeoutMs' | 'scheduleSeconds' | 'decryptionProblem' | 'signerAt'> {
  readonly headers: unknown;
  readonly bodyTemplate: string | null;
  readonly timeoutMs: number | null;
  readonly schedule: number[] | null;
  readonly secrets: { ciphertext: string; expiresAtMs: number | null }[] | null;
}

const readStatement = defineStatement<[ids: readonly string[]], TargetRow>({
  name: 'target-read',
  text: `
SELECT e.id AS "endpointId", e.revision, e.name, e.url, e.method, e.headers, e.body_template AS "bodyTemplate",
  e.timeout_ms AS "timeoutMs", e.retry_schedule_seconds AS schedule, e.max_concurrency AS "maxConcurrency",
  e.rate_limit_per_second AS "rateLimitPerSecond", e.ordering = 'FIFO' AS "isFifo",
  e.store_response_body AS "storesResponseBody", (
    SELECT json_agg(json_build_object('ciphertext', encode(s.ciphertext, 'base64'),
      'expiresAtMs', extract(epoch from s.expires_at) * 1000) ORDER BY s.expires_at IS NULL DESC, s.id DESC)
    FROM endpoint_secret s WHERE s.endpoint_id = e.id) AS secrets
FROM endpoint e WHERE e.id = ANY ($1::uuid[])`,
});

export interface TargetCacheOptions {
  readonly pool: Pool;
  readonly encryption: Encryption;
  readonly log: Logger;
  readonly defaultTimeoutMs: number;
  readonly defaultRetryScheduleSeconds: readonly number[];
}

const cachedTargets = 20_000;

/** A cache of endpoints by id. It reads an endpoint from the database when a claim has seen a newer revision. */
export class TargetCache {
  readonly #options: TargetCacheOptions;
  readonly #targets = new LRUCache<string, Target>({ max: cachedTargets });

  constructor(options: TargetCacheOptions) {
    this.#options = options;
  }

  /** Returns the endpoints at these revisions or newer ones. Reads those that are not cached. */
  async read(wanted: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, Target>> {
    const found = new Map<string, Target>();
    const missing: string[] = [];
    for (const [endpointId, revision] of wanted) {
      const target = this.#targets.get(endpointId);
      if (target && target.revision >= revision) found.set(endpointId, target);
      else missing.push(endpointId);
    }
    if (missing.length === 0) return found;
    for (const row of await readStatement(this.#options.pool, [missing])) {
      const target = prepareTarget(row, this.#options);
      this.#targets.set(row.endpointId, target);
      found.set(row.endpointId, target);
    }
    return found;
  }
}

/**
 * Decrypts the secrets and secret headers of an endpoint. If that fails, its attempts fail and its deliveries follow
 * their retry schedule.
 */
function decryptSecrets(row: TargetRow, { encryption, log }: TargetCacheOptions) {
  try {
    const headers = decryptHeaders(row.headers, encryption);
    const secrets = (row.secrets ?? []).map(({ ciphertext, expiresAtMs }) => ({
      secret: encryption.decrypt(Buffer.from(ciphertext, 'base64')),
      expiresAtMs: expiresAtMs ?? Number.POSITIVE_INFINITY,
    }));
    return { headers, secrets, decryptionProblem: null };
  } catch (error) {
    log.error({ err: error, endpointId: row.endpointId }, 'the secrets of an endpoint could not be decrypted');
    const decryptionProblem =
      'The secret or a secret header of the endpoint could not be decrypted. Check that ENCRYPTION_KEY is the key that encrypted it, or rotate the secret and set the headers again.';
    return { headers: [], secrets: [], decryptionProblem };
  }
}

function readTemplates({ url, bodyTemplate }: TargetRow): Templates | null {
  const templates = { url: isTemplate(url) ? url : null, body: bodyTemplate };
  return templates.url === null && templates.body === null ? null : templates;
}

function prepareTarget(row: TargetRow, options: TargetCacheOptions): Target {
  const { headers: _headers, secrets: _secrets, bodyTemplate: _template, schedule, timeoutMs, ...settings } = row;
  const { headers, secrets, decryptionProblem } = decryptSecrets(row, options);
  let signer: { readonly untilMs: number; readonly signer: Signer } | null = null;
  return {
    ...settings,
    templates: readTemplates(row),
    headers,
    timeoutMs: timeoutMs ?? options.defaultTimeoutMs,
    scheduleSeconds: schedule ?? options.defaultRetryScheduleSeconds,
    decryptionProblem,
    signerAt(nowMs) {
      if (!signer || nowMs >= signer.untilMs) {
        const live = secrets.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
        signer = {
          untilMs: Math.min(...live.map(({ expiresAtMs }) => expiresAtMs)),
          signer: createSigner(live.slice(0, maxLiveSecrets).map(({ secret }) => secret)),
        };
      }
      return signer.signer;
    },
  };
}
