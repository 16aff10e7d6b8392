import { useLocation } from 'wouter';
import { Button } from '../../../components/button.tsx';
import { copyText } from '../../../components/copy-button.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import { session } from '../../../session/session.ts';
import type { ShownEndpoint } from '../documents.ts';
import { messages } from '../messages.ts';
import type { EndpointActions } from '../use-endpoint-actions.ts';
import styles from './endpoint-page.module.css';

export interface PageActionsProps {
  readonly endpoint: ShownEndpoint;
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
  readonly onTest: () => void;
  readonly onDelete: () => void;
}

/** The buttons and the menu of the endpoint page. Only possible actions are shown. */
export function PageActions({ endpoint, actions, mayManage, onTest, onDelete }: PageActionsProps) {
  const [, navigate] = useLocation();
  const { id, status } = endpoint;
  const copyId = () => void copyText(id, messages.endpointIdToCopy);
  if (!mayManage) {
    return (
      <Button icon="copy" onPress={copyId}>
        {messages.copyId}
      </Button>
    );
  }
  return (
    <div className={styles.actions} role="toolbar" aria-label={messages.actions}>
      {status === 'ENABLED' && (
        <Button icon="pause" onPress={() => actions.setStatus(endpoint, 'PAUSED')}>
          {messages.pause}
        </Button>
      )}
      <Button icon="edit" shortcut="e" onPress={() => navigate(`/endpoints/${id}/edit`)}>
        {messages.edit}
      </Button>
      <Button tone="primary" icon="send" shortcut="t" onPress={onTest}>
        {messages.sendTestEvent}
      </Button>
      <MenuButton
        button={{ icon: 'more', 'aria-label': messages.moreActions }}
        label={messages.moreActions}
        entries={[
          { id: 'copy', label: messages.copyEndpointId, icon: 'copy', onAction: copyId },
          ...(status === 'DISABLED'
            ? []
            : [
                {
                  id: 'disable',
                  label: messages.disable,
                  icon: 'cancel',
                  hint: messages.disableHint,
                  onAction: () => void actions.setStatus(endpoint, 'DISABLED'),
                } as const,
              ]),
          ...(session.get()?.kind === 'portal'
            ? []
            : [{ id: 'delete', label: messages.deleteAction, icon: 'trash', onAction: onDelete } as const]),
        ]}
      />
    </div>
  );
}
