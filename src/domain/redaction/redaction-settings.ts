import { cardPaths } from './card-paths.ts';
import { parseRedactionPath } from './redaction-path.ts';
import { createRedactor, type Redact } from './redactor.ts';

/** The stored redaction settings of a tenant. */
export interface RedactionSettings {
  /** The tenant's own paths. Null means the default, `cardPaths`. */
  readonly redactionPaths: unknown;
  readonly scanCardNumbers: boolean;
}

/** Returns the redaction paths of a tenant: its own, or the default ones. */
export function effectivePaths({ redactionPaths }: Pick<RedactionSettings, 'redactionPaths'>): readonly string[] {
  return (redactionPaths as string[] | null) ?? cardPaths;
}

/** Creates the redaction function of a tenant from its settings. */
export function openRedaction(settings: RedactionSettings): Redact {
  return createRedactor({
    paths: effectivePaths(settings).map((path, index) => parseRedactionPath(path, `redactionPaths.${index}`)),
    scansCardNumbers: settings.scanCardNumbers,
  });
}
