import { z } from 'zod';
import { parseCidrs } from '../cidrs.ts';

export const roles = ['api', 'sender', 'janitor'] as const;

export const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
    .describe(`${minimum} to ${maximum}`);

const plainList = z.string().transform(text =>
  text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== ''),
);

const listOf = <Item extends z.ZodType<unknown, string>>(items: Item, accepted: string) =>
  plainList.pipe(z.array(items)).describe(accepted);

export const cidrs = plainList
  .superRefine((entries, context) => {
    const parsed = parseCidrs(entries);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
  })
  .describe('CIDRs, separated by commas');

export const flag = z
  .enum(['true', 'false'])
  .transform(text => text === 'true')
  .describe('`true` or `false`');

export const text = (accepted: string) => z.string().describe(accepted);

/** An IPv4 or IPv6 address. With a port, an IPv6 address is in brackets. */
const dnsServer = /^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|[0-9a-f:.]*:[0-9a-f:.]*|\[[0-9a-f:.]+\](:\d{1,5})?)$/i;

export const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
  .describe('`postgresql://...`');

export const redisUrl = z
  .string()
  .regex(
    /^rediss?(\+cluster|\+sentinel)?:\/\//,
    'must begin with redis[s]://, redis[s]+cluster:// or redis[s]+sentinel://',
  )
  .describe('`redis[s]://...`, `redis[s]+cluster://h:p,h:p`, `redis[s]+sentinel://h:p,h:p/master`');

export const publicPath = z
  .string()
  .regex(/^\/?([\w.~-]+\/?)*$/, 'must be a path such as /hooks/')
  .transform(path => `/${path}/`.replace(/\/+/g, '/'))
  .describe('a path such as `/hooks/`');

export const rootApiKey = z
  .string()
  .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 visible ASCII characters, such as from: openssl rand -hex 24')
  .describe('at least 16 visible ASCII characters');

export const encryptionKey = z
  .string()
  .refine(
    value => /^[A-Za-z0-9+/]{43}=$/.test(value),
    'must be 32 bytes in base64, such as from: openssl rand -base64 32',
  )
  .describe('32 bytes in base64');

export const roleList = plainList
  .pipe(z.array(z.enum(roles)).min(1, 'must name at least one role'))
  .describe('`api`, `sender` and `janitor`, separated by commas');

export const trustedProxies = z
  .union([integer(0, 10).transform(hops => ({ hops })), cidrs], {
    error: 'must be the number of proxies before this server (0 to 10), or their CIDRs such as 10.0.0.0/8',
  })
  .describe('0 to 10, or CIDRs');

export const retrySchedule = plainList
  .pipe(z.array(integer(0, 604_800)).max(30, 'must hold at most 30 entries'))
  .describe('up to 30 numbers from 0 to 604800');

export const corsOrigins = listOf(
  z.string().regex(/^(\*|https?:\/\/[^/]+)$/, 'must be origins such as https://shop.example, or *'),
  '`*`, or origins separated by commas',
);

export const frameOrigins = listOf(
  z
    .string()
    .regex(
      /^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/,
      'must be origins such as https://app.example or https://*.app.example',
    ),
  'origins such as `https://app.example`',
);

export const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .describe('a URL such as `https://app.example/portal-token`');

export const imageUrl = z
  .string()
  .regex(
    /^(https?:\/\/[^\s"<>]+|data:image\/[a-z+.-]+;base64,[A-Za-z0-9+/=]+)$/,
    'must be a URL such as https://app.example/logo.svg, or data:image/...;base64,...',
  )
  .refine(url => URL.canParse(url), 'must be a URL such as https://app.example/logo.svg')
  .describe('a URL such as `https://app.example/logo.svg`, or `data:image/...;base64,...`');

export const brandName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(40, 'must have at most 40 characters')
  .describe('1 to 40 characters');

export const hexColor = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #4f46e5')
  .describe('a colour such as `#4f46e5`');

export const theme = z.enum(['system', 'light', 'dark']).describe('`system`, `light` or `dark`');

export const dnsServerList = listOf(
  z.string().regex(dnsServer, 'must be addresses such as 9.9.9.9, 9.9.9.9:5353 or [2620:fe::fe]:53'),
  'addresses such as `9.9.9.9:5353`',
);

export const proxyUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .describe('`http[s]://...`');

export const logLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  .describe('`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`');

export interface Setting<Schema extends z.ZodType = z.ZodType> {
  /**
   * Parses the text of a setting, or of its default. The description of the schema says which values the setting
   * accepts.
   */
  readonly schema: Schema;
  /** The default as the text of an environment variable. Null if there is none. */
  readonly default: string | null;
  /** What the setting does, for the documentation. */
  readonly description: string;
  /** A secret can also be read from a file (`NAME_FILE`), and is masked in output. */
  readonly isSecret: boolean;
}

export function setting<Schema extends z.ZodType<unknown, string>>(
  schema: Schema,
  byDefault: string,
  description: string,
) {
  const accepted = schema.description ?? '';
  return {
    schema: schema.prefault(byDefault as never).describe(accepted),
    default: byDefault,
    description,
    isSecret: false,
  };
}

export function unset<Schema extends z.ZodType<unknown, string>>(schema: Schema, description: string) {
  return { schema: schema.optional().describe(schema.description ?? ''), default: null, description, isSecret: false };
}

export function secret<Schema extends z.ZodType<unknown, string>>(schema: Schema, description: string) {
  return { ...unset(schema, description), isSecret: true };
}
