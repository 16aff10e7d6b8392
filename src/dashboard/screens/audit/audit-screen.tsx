import '../../components/filter.css';
import '../../features/settings/settings.css';
import { useQuery } from 'urql';
import { useSettings } from '../../api/settings.ts';
import { Button } from '../../components/button.tsx';
import { ChoiceChip } from '../../components/choice-chip.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pager } from '../../components/pager.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { useShortcuts } from '../../components/use-shortcuts.ts';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { AuditKeysQuery, AuditLogQuery } from './audit-documents.ts';
import { AuditTable } from './audit-table.tsx';
import { useAuditView, variablesOfView } from './audit-view.ts';
import { auditActions, auditWords } from './audit-words.ts';

const actionChoices = auditActions.map(id => ({ id, label: auditWords[id] }));

/** Who did what, and when. */
export default function AuditScreen() {
  const { settings } = useSettings();
  const [view, change] = useAuditView();
  const [{ data, error }, read] = useQuery({ query: AuditLogQuery, variables: variablesOfView(view) });
  const [{ data: known }] = useQuery({ query: AuditKeysQuery, requestPolicy: 'cache-first' });
  useShortcuts({ '/': () => document.getElementById('audit-search')?.focus() });
  const keyChoices = (known?.apiKeys ?? []).map(({ id, name, prefix }) => ({ id, label: name, hint: `${prefix}…` }));
  const isFiltered = view.actions.length > 0 || view.keyId !== '' || view.targetId !== '';
  const clear = () => change({ actions: [], keyId: '', targetId: '' });
  const page = data?.auditLog;
  return (
    <div className="access-screen">
      <header className="access-head">
        <div>
          <h1>Audit log</h1>
          <p className="muted">Changes and who made them. Secrets and header values are never recorded.</p>
        </div>
      </header>
      <search className="filter-bar access-filter" aria-label="Filter the audit log">
        <SearchInput
          id="audit-search"
          placeholder="Target ID"
          value={view.targetId}
          maxLength={settings?.maxSearchLength}
          onChange={targetId => change({ targetId })}
        />
        <ChoiceChip
          label="Action"
          choices={actionChoices}
          chosen={view.actions}
          onChange={chosen => change({ actions: auditActions.filter(action => chosen.includes(action)) })}
        />
        <ChoiceChip
          label="Key"
          isSingle
          choices={keyChoices}
          chosen={view.keyId ? [view.keyId] : []}
          onChange={([keyId = '']) => change({ keyId })}
        />
        {isFiltered && page?.nodes.length !== 0 && (
          <Button tone="quiet" onPress={clear}>
            Clear filters
          </Button>
        )}
      </search>
      {error && !page ? (
        <FailedAccess what="audit log" error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : !page ? (
        <LoadingAccess />
      ) : page.nodes.length > 0 ? (
        <AuditTable records={page.nodes} />
      ) : isFiltered ? (
        <Notice icon="filter" title="No results" actions={<Button onPress={clear}>Clear filters</Button>} />
      ) : (
        <Notice icon="clock" title="No activity yet">
          Changes appear here as they are made.
        </Notice>
      )}
      {page && <Pager pageInfo={page.pageInfo} onChange={change} />}
    </div>
  );
}
