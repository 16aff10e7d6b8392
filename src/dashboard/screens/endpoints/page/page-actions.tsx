import { useLocation } from 'wouter';
import { Button } from '../../../components/button.tsx';
import { copyText } from '../../../components/copy-button.tsx';
import { MenuButton } from '../../../components/menu-button.tsx';
import { session } from '../../../session/session.ts';
import type { ShownEndpoint } from '../documents.ts';
import type { EndpointActions } from '../use-endpoint-actions.ts';

export interface PageActionsProps {
  readonly endpoint: ShownEndpoint;
  readonly actions: EndpointActions;
  readonly mayManage: boolean;
  readonly onTest: () => void;
  readonly onDelete: () => void;
}

/** What can be done to the endpoint of the page. What the state forbids is not offered. */
export function PageActions({ endpoint, actions, mayManage, onTest, onDelete }: PageActionsProps) {
  const [, navigate] = useLocation();
  const { id, status } = endpoint;
  const copyId = () => void copyText(id, 'endpoint id');
  if (!mayManage) {
    return (
      <Button icon="copy" onPress={copyId}>
        Copy id
      </Button>
    );
  }
  return (
    <div className="endpoint-actions" role="toolbar" aria-label="Actions">
      {status === 'ENABLED' && (
        <Button icon="pause" onPress={() => actions.setStatus(endpoint, 'PAUSED')}>
          Pause
        </Button>
      )}
      <Button icon="edit" shortcut="e" onPress={() => navigate(`/endpoints/${id}/edit`)}>
        Edit
      </Button>
      <Button tone="primary" icon="send" shortcut="t" onPress={onTest}>
        Send test event
      </Button>
      <MenuButton
        button={{ icon: 'more', 'aria-label': 'More actions' }}
        label="More actions"
        entries={[
          { id: 'copy', label: 'Copy endpoint id', icon: 'copy', onAction: copyId },
          ...(status === 'DISABLED'
            ? []
            : [
                {
                  id: 'disable',
                  label: 'Disable',
                  icon: 'cancel',
                  hint: 'No new deliveries; queued ones are on hold',
                  onAction: () => void actions.setStatus(endpoint, 'DISABLED'),
                } as const,
              ]),
          ...(session.get()?.kind === 'portal'
            ? []
            : [{ id: 'delete', label: 'Delete…', icon: 'trash', onAction: onDelete } as const]),
        ]}
      />
    </div>
  );
}
