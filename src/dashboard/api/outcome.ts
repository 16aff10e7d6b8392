import type { CombinedError } from 'urql';
import { messages } from './messages.ts';

/**
 * The result of a mutation: its success value, or a sentence that says why it failed, and the argument that caused the
 * failure.
 */
export type Outcome<Success> =
  | { readonly ok: true; readonly value: Success }
  | {
      readonly ok: false;
      readonly message: string;
      readonly argument: string | null;
      /**
       * All problems of the input, the first one included. Empty if the document of the mutation does not select
       * `problems`.
       */
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
 * Reads the result union of a mutation. The document must select `__typename` and `... on Error { message }`, and for
 * BadUserInputError `argument` and `problems`.
 * @param member the value of the field; undefined if the request failed with `error`.
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

/** Describes an error that is not a member of a result union, such as a network error, in one sentence. */
export function describeError(error: CombinedError | undefined): string {
  if (error?.networkError) return messages.cantReachTheServer;
  return error?.graphQLErrors[0]?.message ?? messages.somethingWentWrong;
}
