import type { CombinedError } from 'urql';
import { messages } from './messages.ts';

/**
 * The result of a mutation: its success value, or a sentence that says why it failed, and the argument that caused the
 * failure. The sentence does not repeat the argument.
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
    const atField = argument === null ? message : message.replace(`${argument}: `, '');
    return {
      ok: false,
      message: toSentence(atField),
      argument,
      problems: problems.map(problem => ({ ...problem, message: toSentence(problem.message) })),
    };
  }
  return { ok: true, value: member as Exclude<Member, ErrorMember> };
}

/** Writes an error of the server as the dashboard writes its own: as a sentence. */
function toSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Describes an error that is not a member of a result union, such as a network error, in one sentence. */
export function describeError(error: CombinedError | undefined): string {
  if (error?.networkError) return messages.cantReachTheServer;
  const [first] = error?.graphQLErrors ?? [];
  // The message of the server contains its own limit in milliseconds, which does not help an operator.
  if (first?.extensions?.code === 'TIMEOUT') return messages.serverTooSlow;
  return first?.message ?? messages.somethingWentWrong;
}
