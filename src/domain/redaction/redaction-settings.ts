import { cardPaths } from './card-paths.ts';
import { parseRedactionPath } from './redaction-path.ts';
import { createRedactor, type Redact } from './redactor.ts';

/** What a tenant has set, as it is stored. */
export interface RedactionSettings {
  /** Null: the default, `cardPaths`. */
  readonly redactionPaths: unknown;
  readonly scanCardNumbers: boolean;
}

/** The paths that hold for a tenant: its own, or the default ones. */
export function effectivePaths({ redactionPaths }: Pick<RedactionSettings, 'redactionPaths'>): readonly string[] {
  return (redactionPaths as string[] | null) ?? cardPaths;
}

/** The redaction of a tenant. */
export function openRedaction(settings: RedactionSettings): Redact {
  return createRedactor({
    paths: effectivePaths(settings).map((path, index) => parseRedactionPath(path, `redactionPaths.${index}`)),
    scansCardNumbers: settings.scanCardNumbers,
  });
}
