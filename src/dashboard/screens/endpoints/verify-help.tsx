import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { classNames } from '../../components/class-names.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import tabsStyles from '../../components/tabs.module.css';
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
    <Tabs>
      <TabList className={classNames(tabsStyles.list)} aria-label={messages.language}>
        {ways.map(({ id, label }) => (
          <Tab key={id} id={id} className={classNames(tabsStyles.tab)}>
            {label}
          </Tab>
        ))}
      </TabList>
      {ways.map(({ id, code }) => (
        <TabPanel key={id} id={id} className={classNames(styles.panel)}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be within reach of the keyboard. */}
          <pre tabIndex={0}>
            <code>{code}</code>
          </pre>
          <CopyButton what={messages.codeToCopy} text={code} />
        </TabPanel>
      ))}
    </Tabs>
  );
}
