/** `/rules`: what would wake me, and would it have fired this week? */
import type { ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { count } from '../format';
import { useKeys } from '../keyboard';
import { useSearch } from '../router';
import { TopBar } from '../shell/TopBar';
import { copyLink } from '../ui/CopyLink';
import { Failed } from '../ui/Failed';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { rowKeys } from '../ui/rowKeys';
import { Snippet } from '../ui/Snippet';
import { useEvery } from '../ui/useEvery';
import { useNow } from '../ui/useNow';
import { useZone } from '../ui/useZone';
import { ZoneSwitch } from '../ui/ZoneSwitch';
import { fetchMessages, fetchRules } from './api';
import { MessageSection, Receivers } from './Receivers';
import { RuleFile } from './RuleFile';
import { RuleTable } from './RuleTable';
import './rules.css';

const EVERY_MS = 5_000;
const DEAD = new URLSearchParams({ status: 'dead', limit: '50' });
const LATEST = new URLSearchParams({ limit: '20' });
const KEYS: KeyHelp = [
  ['j k', 'Move'],
  ['Enter', 'Open the incidents of a rule'],
  ['y', 'Copy link'],
];
const FIRST = `fleaglass alerts init alerts.toml
fleaglass alerts check alerts.toml
fleaglass up --rules alerts.toml`;

export default function RulesPage() {
  const { data, error, loadedAt, loading, refresh } = useQuery('rules', fetchRules);
  const dead = useQuery('dead messages', (signal) => fetchMessages(DEAD, signal));
  const latest = useQuery('latest messages', (signal) => fetchMessages(LATEST, signal));
  const refreshAll = (): void => {
    refresh();
    dead.refresh();
    latest.refresh();
  };
  useCommits(refresh, EVERY_MS);
  useEvery(refreshAll, EVERY_MS);
  const chosen = useSearch().get('rule');
  const now = useNow(1_000);
  const [zone, setZone] = useZone();
  const [help, setHelp] = useHelp();
  useKeys({ ...rowKeys('.r-name a'), y: copyLink });
  const givenUp = dead.data?.notifications ?? [];
  const body = (): ReactNode => {
    if (error && data === null) return <Failed error={error} onRetry={refresh} />;
    return (
      <>
        {data && <RuleFile file={data.file} rules={data.rules.length} now={now} zone={zone} />}
        {data?.rules.length === 0 ? <NoRules /> : <RuleTable rules={data?.rules ?? null} chosen={chosen} now={now} zone={zone} />}
        {data && (
          <div className="rules-more">
            <Receivers receivers={data.receivers} now={now} zone={zone} />
            {givenUp.length > 0 && (
              <MessageSection title="Given up" messages={givenUp} now={now} zone={zone} onSent={refreshAll} />
            )}
            {latest.data && (
              <MessageSection
                title="Latest messages"
                messages={latest.data.notifications.filter(({ status }) => status !== 'dead')}
                none="Nothing was sent yet. A message goes out when a rule fires."
                now={now}
                zone={zone}
                onSent={refreshAll}
              />
            )}
          </div>
        )}
      </>
    );
  };
  const firing = data?.rules.filter(({ state }) => state === 'firing').length ?? 0;
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar
        title="Alert rules"
        aside={data && <span className="mut">{firing > 0 ? `${count(data.rules.length)}, ${count(firing)} firing` : count(data.rules.length)}</span>}
      >
        <ZoneSwitch zone={zone} onZone={setZone} />
      </TopBar>
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="rules">{body()}</div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

function NoRules() {
  return (
    <EmptyState title="No rules">
      <p>The rules file has none, so nothing is judged and nobody is told. Begin with those of the guides:</p>
      <Snippet code={FIRST} />
    </EmptyState>
  );
}
