import { TextInput } from '../../components/text-input.tsx';
import { messages } from './messages.ts';

/** The texts that the user typed into the fields of `EndpointCreationFields`. */
export interface EndpointCreation {
  /** The largest number of endpoints that the portal token can have. Empty if its holder may not create endpoints. */
  readonly limit: string;
  /** Event types and prefixes, separated by commas, to which the holder may subscribe the endpoints. */
  readonly eventTypes: string;
}

/** Converts the typed texts to fields of the input of `createPortalToken`. The server validates the values. */
export function readEndpointCreation({ limit, eventTypes }: EndpointCreation) {
  return {
    // A text that is not a whole number becomes 0, which the server rejects with an error that names the limits.
    maxEndpoints: /^\d{1,9}$/.test(limit.trim()) ? Number(limit) : 0,
    eventTypes: eventTypes.split(/[\s,]+/).filter(type => type !== ''),
  };
}

/** Returns the field for an argument of the API such as `input.eventTypes.0`. Null if neither field belongs to it. */
export function findCreationField(argument: string | null): keyof EndpointCreation | null {
  if (argument === 'input.maxEndpoints') return 'limit';
  return argument?.startsWith('input.eventTypes') ? 'eventTypes' : null;
}

interface FieldsProps {
  readonly creation: EndpointCreation;
  readonly onChange: (creation: EndpointCreation) => void;
  /** The field that the server rejected, with the reason. Null if it rejected neither. */
  readonly problem: { readonly field: keyof EndpointCreation; readonly message: string } | null;
}

/**
 * Fields for how many endpoints a portal token can have, and for the event types of endpoints that its holder creates.
 */
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
