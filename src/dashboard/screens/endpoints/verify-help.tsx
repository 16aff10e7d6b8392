import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { CopyButton } from '../../components/copy-button.tsx';

const ways = [
  {
    id: 'node',
    label: 'Node',
    code: `import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

// body: the raw text of the request, before anything parses it
webhook.verify(body, request.headers); // throws where it is not ours, or older than 5 minutes`,
  },
  {
    id: 'python',
    label: 'Python',
    code: `from standardwebhooks.webhooks import Webhook

webhook = Webhook(os.environ["WEBHOOK_SECRET"])

# body: the raw bytes of the request, before anything parses them
webhook.verify(body, request.headers)  # raises where it is not ours, or older than 5 minutes`,
  },
  {
    id: 'stripe',
    label: 'Stripe style',
    code: `import Stripe from 'stripe';

// t=<unix>,v1=<hex>: HMAC-SHA256 over "{t}.{body}", keyed with the secret as it is written
Stripe.webhooks.constructEvent(body, request.headers['x-webhook-signature'], process.env.WEBHOOK_SECRET);`,
  },
] as const;

/** How a receiver makes sure that a request is ours. */
export function VerifyHelp() {
  return (
    <Tabs className="verify-help">
      <TabList className="tab-list" aria-label="Language">
        {ways.map(({ id, label }) => (
          <Tab key={id} id={id} className="tab">
            {label}
          </Tab>
        ))}
      </TabList>
      {ways.map(({ id, code }) => (
        <TabPanel key={id} id={id} className="verify-panel">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be within reach of the keyboard. */}
          <pre tabIndex={0}>
            <code>{code}</code>
          </pre>
          <CopyButton what="code" text={code} />
        </TabPanel>
      ))}
    </Tabs>
  );
}
