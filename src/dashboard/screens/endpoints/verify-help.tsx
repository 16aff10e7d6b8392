import { CopyButton } from '../../components/copy-button.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { messages } from './messages.ts';
import styles from './verify-help.module.css';

const ways = [
  {
    id: 'node',
    label: messages.nodeJs,
    code: messages.verifyWithNode,
  },
  {
    id: 'python',
    label: messages.python,
    code: messages.verifyWithPython,
  },
  {
    id: 'stripe',
    label: messages.stripeStyle,
    code: messages.verifyStripeStyle,
  },
] as const;

/** Code samples that verify the signature of a request. */
export function VerifyHelp() {
  return (
    <Tabs
      label={messages.language}
      panelClassName={styles.panel}
      tabs={ways.map(({ id, label, code }) => ({
        id,
        label,
        render: () => (
          <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be within reach of the keyboard. */}
            <pre tabIndex={0}>
              <code>{code}</code>
            </pre>
            <CopyButton what={messages.codeToCopy} text={code} />
          </>
        ),
      }))}
    />
  );
}
