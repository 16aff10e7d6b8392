import type { CombinedError } from 'urql';

/** What a mutation came to: its success, or one sentence for the person who asked, and the argument that it is about. */
export type Outcome<Success> =
  | { readonly ok: true; readonly value: Success }
  | { readonly ok: false; readonly message: string; readonly argument: string | null };

interface ErrorMember {
  readonly __typename?: string | undefined;
  readonly message: string;
  readonly argument?: string | null;
}

/**
 * Reads a result union: select `__typename` and `... on Error { message }` (BadUserInputError: `argument` too).
 *
 * @param member the union as it came; undefined where `error` says why there is none.
 */
export function readOutcome<Member extends object>(
  member: Member | undefined,
  error: CombinedError | undefined,
): Outcome<Exclude<Member, ErrorMember>> {
  if (!member) return { ok: false, message: describeError(error), argument: null };
  if ('message' in member) {
    const { message, argument = null } = member as unknown as ErrorMember;
    return { ok: false, message, argument };
  }
  return { ok: true, value: member as Exclude<Member, ErrorMember> };
}

/** An error that is no member of a union, as one sentence. */
export function describeError(error: CombinedError | undefined): string {
  if (error?.networkError) return "Can't reach the server.";
  return error?.graphQLErrors[0]?.message ?? 'Something went wrong.';
}
