/** What earned, what lost, by whom and with what; and where the time of decisions went. */
import { useMemo, useState, type ReactNode } from 'react';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { AgentMenu } from '../decisions/AgentMenu';
import { FirstRun } from '../decisions/FirstRun';
import { RangePicker } from '../decisions/RangePicker';
import { earliest, statsQuery } from '../decisions/statsQuery';
import { frozenAddress, rangeQuery } from '../decisions/view';
import { Icon } from '../icons';
import { useKeys } from '../keyboard';
import { currentAddress } from '../router';
import { useAgents } from '../shell/context';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useNow } from '../ui/useNow';
import { fetchPerformance, fetchTimeShares, type Performance } from './api';
import { ByMenu } from './ByMenu';
import { Chips } from './Chips';
import { Equity } from './Equity';
import { Figures } from './Figures';
import { Groups } from './Groups';
import { Nothing, Refused } from './States';
import { TimeShares } from './TimeShares';
import { usePerformanceView } from './usePerformanceView';
import { apiQuery, DEFAULT_RANGE, PRESETS } from './view';
import './performance.css';

/** Sums over a long range cost the hub more than a list does. */
const EVERY_MS = 15_000;
const KEYS: KeyHelp = [
  ['y', 'Copy link'],
  ['Esc', 'Clear the filters'],
];

export default function PerformancePage() {
  const [view, actions] = usePerformanceView();
  const { range, zone, by, filter } = view;
  const { agents, error: agentsError } = useAgents();
  const now = useNow(10_000);
  const [help, setHelp] = useHelp();
  const [hot, setHot] = useState<string | null>(null);

  // The course begins where the hub first heard of someone, so the range waits for the agents.
  const known = agents !== null || agentsError !== null;
  const asked = useMemo(() => apiQuery({ range, filter }), [range, filter]);
  const from = known ? statsQuery(range, null, earliest(agents), now) : rangeQuery(range);
  const query = new URLSearchParams([...from, ...[...asked].filter(([name]) => !RANGE.includes(name))]);
  const timeKey = known ? query.toString() : null;
  query.set('by', by);
  const money = useQuery(known ? query.toString() : null, (signal) => fetchPerformance(query, signal), { keep: true });
  const time = useQuery(timeKey, (signal) => fetchTimeShares(new URLSearchParams(timeKey ?? ''), signal), {
    keep: true,
  });
  useCommits(money.refresh, EVERY_MS);
  useCommits(time.refresh, EVERY_MS);

  const copyLink = (): void => void copy(frozenAddress(currentAddress(), Date.now(), DEFAULT_RANGE), 'Link');
  useKeys({ y: copyLink, Escape: actions.clearFilters });
  const trouble = money.error ?? time.error;
  const retry = (): void => {
    money.refresh();
    time.refresh();
  };
  const nothing = money.data !== null && isEmpty(money.data) && time.data?.total == null;
  const firstRun = agents?.length === 0 && nothing;
  const body = (): ReactNode => {
    const around = { view, actions };
    if (trouble && money.data === null) return <Refused {...around} error={trouble} onRetry={retry} />;
    if (firstRun) return <FirstRun />;
    if (nothing) return <Nothing {...around} />;
    return (
      <>
        <Figures answer={money.data} />
        <Equity answer={money.data} zone={zone} now={now} hot={hot} />
        <Groups answer={money.data} view={view} actions={actions} onPoint={setHot}>
          <ByMenu by={by} onBy={actions.setBy} />
        </Groups>
        <TimeShares answer={time.data} view={view} onOpen={actions.setOpen} />
      </>
    );
  };
  return (
    <>
      <Progress active={(money.loading && money.data === null) || (time.loading && time.data === null)} />
      <TopBar title="Performance">
        <AgentMenu agent={filter.agent} onAgent={(agent) => actions.setFilter({ ...filter, agent })} />
        <RangePicker
          range={range}
          zone={zone}
          presets={PRESETS}
          onRange={actions.setRange}
          onZone={actions.setZone}
        />
        <button type="button" className="btn square" onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
          <Icon name="link" />
        </button>
      </TopBar>
      {trouble && money.data !== null && <ErrorStrip error={trouble} loadedAt={money.loadedAt} onRetry={retry} />}
      <div className={`perf${money.data !== null && asking(money, by) ? ' stale' : ''}`}>
        <Chips filter={filter} onFilter={actions.setFilter} />
        {body()}
      </div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

const RANGE: readonly string[] = ['range', 'from', 'to'];

/** What is shown was grouped in another way than what was asked for. */
const asking = (money: { data: Performance | null }, by: string): boolean => money.data?.by !== by;

const isEmpty = ({ total }: Performance): boolean =>
  total.cycles + total.orders + total.closed === 0 && Number(total.fees_usd) === 0;
