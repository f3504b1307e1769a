/** What breaks, how often, and since which release. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { plural } from '../format';
import { Icon } from '../icons';
import { useKeys } from '../keyboard';
import { currentAddress, navigate } from '../router';
import { useAgents } from '../shell/context';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { QueryBox } from '../ui/QueryBox';
import { NARROW, useMedia } from '../ui/useMedia';
import { useNow } from '../ui/useNow';
import { changeIssues, mergeIssues, type Change } from './api';
import { BulkBar } from './BulkBar';
import { doneWords } from './describe';
import { chipsOf, readTerms } from './filter';
import { IssueList, type ListHandle } from './IssueList';
import { ListState } from './ListState';
import { MAX_ROWS } from './merge';
import { suggest } from './suggest';
import { SortMenu, Tabs } from './Tabs';
import { useDeeds } from './useDeeds';
import { useIssues } from './useIssues';
import { useIssuesView } from './useIssuesView';
import { apiQuery, TABS } from './view';
import './issues.css';

const KEYS: KeyHelp = [
  ['j k', 'Next, previous issue'],
  ['x', 'Select for a bulk action'],
  ['Enter', 'Open the issue'],
  ['/', 'Filter'],
  ['1 – 7', 'State tabs'],
  ['y', 'Copy link'],
  ['Esc', 'Clear the selection, then the filters'],
];
const NONE: Ticks = new Set();

export default function IssuesPage() {
  const [view, actions] = useIssuesView();
  const { filter, tab, sort, selected } = view;
  const query = useMemo(() => apiQuery({ tab, sort, filter }), [tab, sort, filter]);
  const [ticked, setTicked] = useTicks(query.toString());
  const [pointing, setPointing] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const { state, feed } = useIssues(query, pointing || scrolled || ticked.size > 0);
  const { rows, counts, waiting } = state;
  const { agents } = useAgents();
  const narrow = useMedia(NARROW);
  const now = useNow(5_000);
  const [help, setHelp] = useHelp();
  const list = useRef<ListHandle>(null);
  const input = useRef<HTMLInputElement>(null);
  const known = useMemo(() => knownValues(rows, agents?.map(({ agent }) => agent) ?? []), [rows, agents]);

  const open = useCallback((id: number) => navigate(`/issues/${id}`), []);
  const select = useCallback((id: number) => (narrow ? open(id) : actions.select(id)), [narrow, open, actions]);
  const tick = useCallback((id: number) => setTicked((old) => toggled(old, id)), [setTicked]);
  const chosen = rows.filter(({ id }) => ticked.has(id));
  const [busy, act] = useDeeds(() => {
    setTicked(() => NONE);
    feed.reload();
  });
  const change = (wanted: Change): void => {
    const ids = chosen.map(({ id }) => id);
    act(changeIssues(ids, wanted), doneWords(ids.length, wanted));
  };
  const merge = (): void => {
    const [into, ...others] = chosen.toSorted((a, b) => b.events - a.events).map(({ id }) => id);
    act(mergeIssues(into, others), `${plural(others.length, 'issue')} merged into ${chosen.find(({ id }) => id === into)!.title}`);
  };
  const takeTerms = (line: string): { problems: string[]; text: string } => {
    const read = readTerms(filter, line);
    if (read.problems.length === 0) actions.setFilter(read.filter);
    return read;
  };
  const showNew = (): void => {
    feed.reload();
    list.current?.toTop();
  };
  const copyLink = (): void => void copy(currentAddress(), 'Link');
  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    ArrowDown: () => list.current?.move(1),
    ArrowUp: () => list.current?.move(-1),
    x: () => selected !== null && tick(selected),
    Enter: () => selected !== null && open(selected),
    '/': () => input.current?.focus(),
    y: copyLink,
    Escape: () => {
      if (ticked.size > 0) setTicked(() => NONE);
      else if (selected !== null) actions.select(null);
      else actions.clearFilters();
    },
    ...Object.fromEntries(TABS.map((each, index) => [String(index + 1), () => actions.setTab(each)])),
  });

  return (
    <>
      <Progress active={state.loading === 'first'} />
      <TopBar title="Issues">
        <SortMenu sort={sort} onSort={actions.setSort} />
        <button type="button" className="btn square" onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
          <Icon name="link" />
        </button>
      </TopBar>
      <div className="filters" role="search">
        <QueryBox
          label="Filter issues"
          placeholder="text, level:, release:, agent:, tag:…"
          filterText={filter.text}
          chips={chipsOf(filter)}
          suggest={(typed) => suggest(typed, known)}
          input={input}
          onText={(text) => actions.setFilter({ ...filter, text }, false)}
          onTerms={takeTerms}
          onFilter={actions.setFilter}
        />
      </div>
      <Tabs counts={counts} tab={tab} onTab={actions.setTab} />
      {state.error && rows.length > 0 && <ErrorStrip error={state.error} loadedAt={state.loadedAt} onRetry={feed.reload} />}
      <div className="issues-body">
        {chosen.length > 0 && (
          <BulkBar issues={chosen} busy={busy} onChange={change} onMerge={merge} onClear={() => setTicked(() => NONE)} />
        )}
        {waiting > 0 && chosen.length === 0 && (
          <button type="button" className="new-issues" onClick={showNew}>
            <Icon name="up" small />
            {waiting} new
          </button>
        )}
        <IssueList
          handle={list}
          rows={rows}
          total={counts?.[tab] ?? rows.length}
          selected={selected}
          ticked={ticked}
          now={now}
          stale={state.key !== null && state.key !== query.toString()}
          onSelect={select}
          onTick={tick}
          onTickAll={() => setTicked(() => (chosen.length === rows.length ? NONE : new Set(rows.map(({ id }) => id))))}
          onOpen={open}
          onScroll={(top) => setScrolled(top > 0)}
          onNearEnd={feed.further}
          onPoint={setPointing}
          foot={rows.length >= MAX_ROWS && <p className="issues-foot">Showing the first {MAX_ROWS}. Add a filter to see the others.</p>}
        >
          <ListState view={view} state={state} actions={actions} onRetry={feed.reload} />
        </IssueList>
      </div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

type Ticks = ReadonlySet<number>;

/** The issues that are ticked; none of them once another question is asked. */
function useTicks(key: string): [Ticks, (change: (old: Ticks) => Ticks) => void] {
  const [ticks, setTicks] = useState({ key, ids: NONE });
  const set = useCallback(
    (change: (old: Ticks) => Ticks) => setTicks((old) => ({ key, ids: change(old.key === key ? old.ids : NONE) })),
    [key],
  );
  return [ticks.key === key ? ticks.ids : NONE, set];
}

function toggled(set: Ticks, id: number): Ticks {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** What the filter box can offer as values. */
function knownValues(rows: ReturnType<typeof useIssues>['state']['rows'], agents: readonly string[]) {
  const distinct = (values: readonly (string | null)[]): string[] => [...new Set(values.flatMap((each) => each ?? []))];
  return {
    agent: agents,
    release: distinct(rows.map(({ last_release }) => last_release)),
    first_release: distinct(rows.map(({ first_release }) => first_release)),
    assignee: ['none', ...distinct(rows.map(({ assignee }) => assignee))],
  };
}
