import { TextInput } from '../../components/text-input.tsx';
import { messages } from './messages.ts';

/** What a portal token permits its holder to create, as typed. */
export interface EndpointCreation {
  /** The number of endpoints up to which the holder may create endpoints. Empty: none. */
  readonly limit: string;
  /** Event types and prefixes that these endpoints may subscribe to, separated by commas. */
  readonly eventTypes: string;
}

/** The input of `createPortalToken` for what was typed. The server checks the values. */
export function readEndpointCreation({ limit, eventTypes }: EndpointCreation) {
  return {
    // A number that is not whole becomes 0, which the server rejects with the limits.
    maxEndpoints: /^\d{1,9}$/.test(limit.trim()) ? Number(limit) : 0,
    eventTypes: eventTypes.split(/[\s,]+/).filter(type => type !== ''),
  };
}

/** The field that an argument such as `input.eventTypes.0` comes from. Null: neither. */
export function findCreationField(argument: string | null): keyof EndpointCreation | null {
  if (argument === 'input.maxEndpoints') return 'limit';
  return argument?.startsWith('input.eventTypes') ? 'eventTypes' : null;
}

interface FieldsProps {
  readonly creation: EndpointCreation;
  readonly onChange: (creation: EndpointCreation) => void;
  /** What the server rejected. Null: nothing. */
  readonly problem: { readonly field: keyof EndpointCreation; readonly message: string } | null;
}

/** How many endpoints the holder of a portal token may create, and for which event types. */
export function EndpointCreationFields({ creation, onChange, problem }: FieldsProps) {
  const problemOf = (field: keyof EndpointCreation) => (problem?.field === field ? problem.message : null);
  return (
    <>
      <TextInput
        label={messages.endpointLimit}
        hint={messages.endpointLimitHelp}
        inputMode="numeric"
        maxLength={4}
        autoComplete="off"
        value={creation.limit}
        onChange={limit => onChange({ ...creation, limit })}
        problem={problemOf('limit')}
      />
      {creation.limit.trim() !== '' && (
        <TextInput
          label={messages.newEventTypes}
          placeholder={messages.newEventTypesExample}
          hint={messages.newEventTypesHelp}
          autoComplete="off"
          value={creation.eventTypes}
          onChange={eventTypes => onChange({ ...creation, eventTypes })}
          problem={problemOf('eventTypes')}
        />
      )}
    </>
  );
}
