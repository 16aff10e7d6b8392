import { useQuery } from 'urql';
import { useSettings } from '../../api/settings.ts';
import { Button } from '../../components/button.tsx';
import { ChoiceChip } from '../../components/choice-chip.tsx';
import { classNames } from '../../components/class-names.ts';
import filterBarStyles from '../../components/filter-bar.module.css';
import { Notice } from '../../components/notice.tsx';
import { Pager } from '../../components/pager.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import { useShortcuts } from '../../components/use-shortcuts.ts';
import settingsStyles from '../../features/settings/settings.module.css';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { AuditKeysQuery, AuditLogQuery } from './audit-documents.ts';
import { AuditTable } from './audit-table.tsx';
import { useAuditView, variablesOfView } from './audit-view.ts';
import { auditActions, auditWords } from './audit-words.ts';
import { messages } from './messages.ts';

const actionChoices = auditActions.map(id => ({ id, label: auditWords[id] }));

/** The screen with the audit log of the tenant. */
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
    <div className={settingsStyles.screen}>
      <header className={settingsStyles.head}>
        <div>
          <h1>{messages.auditLog}</h1>
          <p className="muted">{messages.introduction}</p>
        </div>
      </header>
      <search
        className={classNames(filterBarStyles.bar, settingsStyles.filter)}
        aria-label={messages.filterTheAuditLog}
      >
        <SearchInput
          id="audit-search"
          placeholder={messages.targetId}
          value={view.targetId}
          maxLength={settings?.maxSearchLength}
          onChange={targetId => change({ targetId })}
        />
        <ChoiceChip
          label={messages.action}
          choices={actionChoices}
          chosen={view.actions}
          onChange={chosen => change({ actions: auditActions.filter(action => chosen.includes(action)) })}
        />
        <ChoiceChip
          label={messages.key}
          isSingle
          choices={keyChoices}
          chosen={view.keyId ? [view.keyId] : []}
          onChange={([keyId = '']) => change({ keyId })}
        />
        {isFiltered && page?.nodes.length !== 0 && (
          <Button tone="quiet" onPress={clear}>
            {messages.clearFilters}
          </Button>
        )}
      </search>
      {error && !page ? (
        <FailedAccess
          what={messages.auditLogInSentence}
          error={error}
          onRetry={() => read({ requestPolicy: 'network-only' })}
        />
      ) : !page ? (
        <LoadingAccess />
      ) : page.nodes.length > 0 ? (
        <AuditTable records={page.nodes} />
      ) : isFiltered ? (
        <Notice
          icon="filter"
          title={messages.noResults}
          actions={<Button onPress={clear}>{messages.clearFilters}</Button>}
        />
      ) : (
        <Notice icon="clock" title={messages.noActivityYet}>
          {messages.noActivityYetHint}
        </Notice>
      )}
      {page && <Pager pageInfo={page.pageInfo} onChange={change} />}
    </div>
  );
}
