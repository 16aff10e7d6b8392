import type { Encryption } from '../../database/encryption.ts';
import { isTemplate } from '../../egress/templates/syntax.ts';
import { BadUserInputError, UnavailableError } from '../../errors.ts';
import type { DomainContext } from '../context.ts';
import { type EncryptedHeader, showHeaders } from './endpoint-headers.ts';
import type { EndpointInput } from './endpoint-input.ts';

/** The stored columns of an endpoint that affect the check of its templates. */
export interface StoredTemplate {
  readonly bodyTemplate: string | null;
  readonly headers: unknown;
}

/**
 * Compiles the templates of an input. If requests will have a JSON content type, it also rejects a body template that
 * can never render valid JSON. It also checks a stored body template if the input changes the content type to JSON.
 *
 * @param stored the endpoint before the change. Null for a new one.
 * @throws BadUserInputError naming `input.url`, `input.bodyTemplate` or `input.headers`; UnavailableError if the
 *   templates could not be checked in time.
 */
export async function checkTemplates(
  { services, actor }: DomainContext,
  input: EndpointInput,
  stored: StoredTemplate | null,
): Promise<void> {
  const storedTypes = stored ? decryptContentTypes(stored.headers, services.encryption) : [];
  const mustRenderJson = isJson(
    input.headers === undefined ? storedTypes : readContentTypes(input.headers ?? [], storedTypes),
  );
  const becomesJson = stored !== null && mustRenderJson && !isJson(storedTypes);
  const url = input.url && isTemplate(input.url) ? input.url : null;
  const body = input.bodyTemplate === undefined && becomesJson ? stored.bodyTemplate : (input.bodyTemplate ?? null);
  if (url === null && body === null) return;
  const outcome = await services.templates.check(actor.tenantId, { url, body }, mustRenderJson);
  if ('problem' in outcome) {
    if (!outcome.problem) return;
    if (outcome.problem.part === 'url') {
      throw new BadUserInputError('input.url', `has a template error: ${outcome.problem.message}`);
    }
    throw new BadUserInputError(input.bodyTemplate ? 'input.bodyTemplate' : 'input.headers', outcome.problem.message);
  }
  const { endedBecause, hasBegun } = outcome;
  if (!hasBegun) throw new UnavailableError(`The check of the templates ${endedBecause}. Try again later.`);
  throw new BadUserInputError(body === null ? 'input.url' : 'input.bodyTemplate', `the check ${endedBecause}`);
}

/**
 * Decrypts the values of stored content-type headers. A value that cannot be decrypted becomes `unknown`, which
 * `isJson` does not accept.
 */
function decryptContentTypes(headers: unknown, encryption: Encryption): string[] {
  const encrypted = (headers as EncryptedHeader[]).filter(isContentType).map(header => ({ ...header, secret: false }));
  return showHeaders(encrypted, encryption).map(({ value }) => value ?? 'unknown');
}

function readContentTypes(headers: NonNullable<EndpointInput['headers']>, stored: readonly string[]): string[] {
  return headers.filter(isContentType).flatMap(({ value, keepValue }) => (keepValue ? stored : [value]));
}

function isContentType({ name }: { readonly name: string }): boolean {
  return name.toLowerCase() === 'content-type';
}

/**
 * Whether requests with these values of the header `content-type` have a JSON body. True without such a header, because
 * the default is JSON.
 */
function isJson(types: readonly string[]): boolean {
  const [type = 'application/json'] = types;
  return /^\s*(application\/json|text\/json|[^;\s]+\+json)\s*(;|$)/i.test(type);
}
