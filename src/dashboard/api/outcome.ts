import type { CombinedError } from 'urql';
import { messages } from './messages.ts';

/** The result of a mutation: its success, or a sentence that says why it failed and the argument that it is about. */
export type Outcome<Success> =
  | { readonly ok: true; readonly value: Success }
  | {
      readonly ok: false;
      readonly message: string;
      readonly argument: string | null;
      /** All problems of the input, the first one included. Empty if they were not selected. */
      readonly problems: readonly InputProblem[];
    };

export interface InputProblem {
  readonly path: readonly string[];
  readonly message: string;
}

interface ErrorMember {
  readonly __typename?: string | undefined;
  readonly message: string;
  readonly argument?: string | null;
  readonly problems?: readonly InputProblem[];
}

/**
 * Reads a result union: select `__typename` and `... on Error { message }` (BadUserInputError: `argument` and `problems` too).
 *
 * @param member the union as it came; undefined where `error` says why there is none.
 */
export function readOutcome<Member extends object>(
  member: Member | undefined,
  error: CombinedError | undefined,
): Outcome<Exclude<Member, ErrorMember>> {
  if (!member) return { ok: false, message: describeError(error), argument: null, problems: [] };
  if ('message' in member) {
    const { message, argument = null, problems = [] } = member as unknown as ErrorMember;
    return { ok: false, message, argument, problems };
  }
  return { ok: true, value: member as Exclude<Member, ErrorMember> };
}

/** An error that is no member of a union, as one sentence. */
export function describeError(error: CombinedError | undefined): string {
  if (error?.networkError) return messages.cantReachTheServer;
  return error?.graphQLErrors[0]?.message ?? messages.somethingWentWrong;
}
