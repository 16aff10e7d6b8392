interface AcceptedValue {
  /** The value in lower case without its parameters: `text/html`, `gzip` or `*`. */
  readonly name: string;
  /** The parameters other than `q` in lower case, such as `charset=utf-8`. */
  readonly parameters: readonly string[];
  /** The weight from 0 (not acceptable) to 1. */
  readonly weight: number;
}

/**
 * The entries of an Accept or Accept-Encoding header in their order (RFC 9110 section 12.4.2). A weight that is not a
 * number from 0 to 1 counts as 0.
 */
export function parseAccept(header: string): AcceptedValue[] {
  return header.split(',').map(entry => {
    const [name = '', ...parameters] = entry.split(';').map(part => part.trim().toLowerCase());
    const weightText = parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? '1';
    const weight = Number(weightText);
    return {
      name,
      parameters: parameters.filter(parameter => !parameter.startsWith('q=')),
      weight: weightText !== '' && weight >= 0 && weight <= 1 ? weight : 0,
    };
  });
}

/**
 * Returns the first of `available` that the client prefers to an uncompressed body, or accepts equally. Null if it
 * accepts none of them, or has sent no Accept-Encoding header.
 */
export function chooseEncoding<Encoding extends string>(
  header: string | string[] | undefined,
  available: readonly Encoding[],
): Encoding | null {
  if (header === undefined) return null;
  const accepted = parseAccept(String(header));
  const weightOf = (name: string) =>
    (accepted.find(value => value.name === name) ?? accepted.find(value => value.name === '*'))?.weight ?? 0;
  const identityWeight = accepted.find(value => value.name === 'identity')?.weight ?? 0;
  let best: Encoding | null = null;
  let bestWeight = 0;
  for (const name of available) {
    const weight = weightOf(name);
    if (weight > bestWeight && weight >= identityWeight) [best, bestWeight] = [name, weight];
  }
  return best;
}
