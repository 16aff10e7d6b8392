import { ChoiceChip } from '../../../components/choice-chip.tsx';
import type { View } from '../../../features/deliveries/filter/view.ts';
import type { AttemptErrorCode, FailureReason } from '../../../generated/graphql.ts';
import { messages } from '../messages.ts';
import * as choices from './choices.ts';
import { LatencyForm } from './latency-form.tsx';
import { SpanForm } from './span-form.tsx';

export interface FilterChipsProps {
  readonly view: View;
  readonly onChange: (part: Partial<View>) => void;
}

/** The filters that show no counts: error, failure reason, time, latency and test events. */
export function PlainChips({ view, onChange }: FilterChipsProps) {
  return (
    <>
      <ChoiceChip
        label={messages.error}
        choices={choices.errorChoices}
        chosen={view.errorCodes}
        onChange={chosen => onChange({ errorCodes: chosen as AttemptErrorCode[] })}
      />
      <ChoiceChip
        label={messages.failureReason}
        choices={choices.reasonChoices}
        chosen={view.failureReasons}
        onChange={chosen => onChange({ failureReasons: chosen as FailureReason[] })}
      />
      <ChoiceChip
        label={messages.time}
        isSingle
        choices={choices.timeChoices}
        chosen={view.time ? [view.time] : []}
        describe={choices.wordsOfSpan}
        onChange={([time = '']) => onChange({ time })}
        renderMore={close => (
          <SpanForm
            time={view.time}
            onChange={time => {
              onChange({ time });
              close();
            }}
          />
        )}
      />
      <ChoiceChip
        label={messages.latency}
        isSingle
        choices={choices.latencyChoices}
        chosen={view.latency ? [view.latency] : []}
        describe={choices.wordsOfLatency}
        onChange={([latency = '']) => onChange({ latency })}
        renderMore={close => (
          <LatencyForm
            onApply={latency => {
              onChange({ latency });
              close();
            }}
          />
        )}
      />
      <ChoiceChip
        label={messages.testEvents}
        isSingle
        choices={choices.testChoices}
        chosen={view.test ? [view.test] : []}
        onChange={([test = '']) => onChange({ test: test as View['test'] })}
      />
    </>
  );
}
