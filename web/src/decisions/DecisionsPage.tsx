/** What was decided just now, what it cost, and what is still in flight. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { fetchStats } from '../api/client';
import { useCommits } from '../api/live';
import { useQuery } from '../api/useQuery';
import { Icon } from '../icons';
import { useKeys } from '../keyboard';
import { currentAddress, navigate } from '../router';
import { useAgents } from '../shell/context';
import { TopBar } from '../shell/TopBar';
import { msOf, sameDay } from '../time';
import { copy } from '../ui/copy';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { NewRows } from '../ui/list/NewRows';
import { Progress } from '../ui/Progress';
import { QueryBox } from '../ui/QueryBox';
import { NARROW, useMedia, WIDE } from '../ui/useMedia';
import { useNow } from '../ui/useNow';
import { AgentMenu } from './AgentMenu';
import { DecisionList, type ListHandle } from './DecisionList';
import { FacetMenu } from './FacetMenu';
import { applyFacet, type Facet } from './facets';
import { addTerms, asKnown, chipsOf, parseFilter } from './filter';
import { FlightBanner } from './FlightBanner';
import { Footer, howMany, ListFoot } from './Footer';
import { ListState } from './ListState';
import { LiveButton } from './LiveButton';
import { OutcomeTabs, tabsFor } from './OutcomeTabs';
import { Peek } from './Peek';
import { RangePicker } from './RangePicker';
import { earliest, statsQuery } from './statsQuery';
import { Strip } from './Strip';
import { suggest } from './suggest';
import { useAnnouncement } from './useAnnouncement';
import { useFeed } from './useFeed';
import { useSearchView } from './useSearchView';
import { apiQuery, frozenAddress } from './view';

const STATS_EVERY_MS = 3_000;

const KEYS: KeyHelp = [
  ['j k', 'Next, previous decision'],
  ['Enter', 'Open the trace'],
  ['/', 'Filter'],
  ['f', 'Filter by a value of the selected decision'],
  ['l', 'Pause or resume live'],
  ['1 – 7', 'Outcome tabs'],
  ['y', 'Copy link'],
  ['Esc', 'Clear the selection, then the filters'],
];

export function DecisionsPage() {
  const [view, actions] = useSearchView();
  const { range, zone, filter, outcome, selected } = view;
  const query = useMemo(
    () => apiQuery({ range, zone: 'utc', filter, outcome, selected: null }, 50),
    [range, filter, outcome],
  );
  const { agents, error: agentsError } = useAgents();
  const wide = useMedia(WIDE);
  const narrow = useMedia(NARROW);
  const [help, setHelp] = useHelp();
  const [choosing, setChoosing] = useState(false);
  const live = useFeed(query, range.kind === 'last', choosing);
  const { state, feed } = live;
  const list = useRef<ListHandle>(null);
  const input = useRef<HTMLInputElement>(null);

  const ask = statsQuery(range, filter.agent, earliest(agents), useNow(10_000));
  // Where the charts begin depends on the agents, so these come first.
  const heard = agents !== null || agentsError !== null;
  const stats = useQuery(heard ? ask.toString() : null, (signal) => fetchStats(ask, signal), { keep: true });
  useCommits(stats.refresh, STATS_EVERY_MS);

  const { rows, counts } = state;
  const total = counts ? counts[outcome ?? 'all'] : rows.length;
  const selectedRow = rows.find((row) => row.trace_id === selected) ?? null;
  const dated = useDated(rows, zone);
  const announcement = useAnnouncement(live.canFollow ? (counts?.all ?? null) : null);
  const known = useMemo(
    () => ({
      agents: agents?.map((each) => each.agent) ?? [],
      assets: [...new Set(rows.flatMap((row) => row.asset ?? []))].sort(),
    }),
    [agents, rows],
  );

  const open = useCallback((traceId: string) => navigate(`/traces/${traceId}`), []);
  const select = useCallback(
    (traceId: string | null) => (narrow && traceId ? open(traceId) : actions.select(traceId)),
    [narrow, open, actions],
  );
  const closeFacets = useCallback(() => {
    setChoosing(false);
    list.current?.focus();
  }, []);
  const choose = (facet: Facet): void => {
    closeFacets();
    if (facet.outcome) actions.setOutcome(facet.outcome);
    else actions.setFilter(applyFacet(filter, facet));
  };
  const takeTerms = (line: string): { problems: string[]; text: string } => {
    const parsed = parseFilter(line);
    if (parsed.problems.length > 0) return parsed;
    const { fields } = parsed;
    if (fields.asset) fields.asset = asKnown(fields.asset, known.assets);
    if (fields.agent) fields.agent = asKnown(fields.agent, known.agents);
    actions.setFilter(addTerms(filter, parsed));
    if (parsed.outcome) actions.setOutcome(parsed.outcome);
    return parsed;
  };
  const copyLink = (): void => void copy(frozenAddress(currentAddress(), Date.now()), 'Link');
  const showNew = (): void => {
    feed.letIn();
    list.current?.toTop();
  };
  // Without rows the list itself says what went wrong with it.
  const trouble = (rows.length > 0 ? state.error : null) ?? (state.error ? null : stats.error);
  const retry = (): void => {
    feed.reload();
    stats.refresh();
  };
  const tabs = tabsFor(counts, outcome);
  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    ArrowDown: () => list.current?.move(1),
    ArrowUp: () => list.current?.move(-1),
    Enter: () => selected && open(selected),
    '/': () => input.current?.focus(),
    f: () => (selectedRow ? setChoosing(true) : list.current?.move(1)),
    l: () => live.canFollow && live.setPaused(!live.paused),
    y: copyLink,
    Escape: () => (selected ? actions.select(null) : actions.clearFilters()),
    ...Object.fromEntries(tabs.map((tab, index) => [String(index + 1), () => actions.setOutcome(tab)])),
  });

  return (
    <>
      <Progress active={state.loading === 'first'} />
      <TopBar title="Decisions">
        <AgentMenu agent={filter.agent} onAgent={(agent) => actions.setFilter({ ...filter, agent })} />
        <RangePicker range={range} zone={zone} onRange={actions.setRange} onZone={actions.setZone} />
        <LiveButton live={live} onFollow={() => actions.setRange({ kind: 'last', text: '1h', ms: 3_600_000 })} />
      </TopBar>
      <Strip stats={stats.data} zone={zone} />
      <div className="filters" role="search">
        <QueryBox
          label="Filter decisions"
          placeholder="agent, asset, order id, reason…"
          filterText={filter.text}
          chips={chipsOf(filter)}
          suggest={(typed) => suggest(typed, known)}
          input={input}
          onText={(text) => actions.setFilter({ ...filter, text }, false)}
          onTerms={takeTerms}
          onFilter={actions.setFilter}
        />
        <button type="button" className="btn copy-link" onClick={copyLink} title="Copy a link to exactly this view">
          <Icon name="link" />
          <span>Copy link</span>
        </button>
      </div>
      <OutcomeTabs counts={counts} selected={outcome} onSelect={actions.setOutcome} />
      {stats.data && stats.data.totals.in_flight > 0 && (
        <FlightBanner
          totals={stats.data.totals}
          range={range}
          onReview={() => actions.review(stats.data!.totals.counts)}
        />
      )}
      {trouble && <ErrorStrip error={trouble} loadedAt={state.loadedAt} onRetry={retry} />}
      <div className={wide ? 'decisions-body with-peek' : 'decisions-body'}>
        <div className="decisions-frame">
          {state.waiting.length > 0 && (
            <NewRows count={state.waiting.length} more={state.overflow} onShow={showNew} />
          )}
          <DecisionList
            handle={list}
            rows={rows}
            total={total}
            fresh={state.fresh}
            selected={selected}
            zone={zone}
            dated={dated}
            stale={state.key !== null && state.key !== query.toString()}
            initialScroll={feed.scrollTop}
            onSelect={select}
            onOpen={open}
            onScroll={live.scrolledTo}
            onNearEnd={feed.older}
            onPoint={live.setPointing}
            foot={<ListFoot state={state} total={total} />}
          >
            <ListState view={view} state={state} agents={agents} actions={actions} onRetry={feed.reload} />
          </DecisionList>
        </div>
        {wide && <Peek trace={selectedRow} zone={zone} />}
      </div>
      <Footer
        note={counts ? howMany(counts, outcome) : ''}
        onHelp={() => setHelp(true)}
      />
      {choosing && selectedRow && <FacetMenu trace={selectedRow} onChoose={choose} onClose={closeFacets} />}
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
      <div className="sr" aria-live="polite">
        {announcement}
      </div>
    </>
  );
}

/** Whether any loaded row lies outside today. */
function useDated(rows: readonly { start_ns: string }[], zone: 'utc' | 'local'): boolean {
  const [now] = useState(() => Date.now());
  const oldest = rows.at(-1);
  return oldest !== undefined && !sameDay(msOf(oldest.start_ns), now, zone);
}
