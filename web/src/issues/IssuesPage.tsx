/** What breaks, how often, and since which release. */
import { useMemo, useState } from 'react';
import { plural } from '../format';
import { issueHref } from '../issue/view';
import { useAgents } from '../shell/context';
import { TopBar } from '../shell/TopBar';
import { CopyLink } from '../ui/CopyLink';
import { HelpDialog, useHelp } from '../ui/HelpDialog';
import { NewRows } from '../ui/list/NewRows';
import { allToggled, NO_TICKS } from '../ui/list/ticks';
import { rowsHelp, useRows } from '../ui/list/useRows';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { QueryBox } from '../ui/QueryBox';
import { useDeeds } from '../ui/useDeeds';
import { useNow } from '../ui/useNow';
import { changeIssues, mergeIssues, type Change } from './api';
import { IssueBulkBar } from './BulkBar';
import { doneWords } from './describe';
import { chipsOf, readTerms } from './filter';
import { IssueList } from './IssueList';
import { ListState } from './ListState';
import { MAX_ROWS } from './merge';
import { suggest } from './suggest';
import { SortMenu, Tabs } from './Tabs';
import { useIssues } from './useIssues';
import { useIssuesView } from './useIssuesView';
import { apiQuery, TABS } from './view';

const KEYS = rowsHelp('issue', 'Filter', ['1 – 7', 'State tabs']);
const hrefOf = (id: number): string => issueHref(id);

export default function IssuesPage() {
  const [view, actions] = useIssuesView();
  const { filter, tab, sort, selected } = view;
  const query = useMemo(() => apiQuery({ tab, sort, filter }), [tab, sort, filter]);
  const question = query.toString();
  const { handle, input, ticks, setTicks, tick, open, select } = useRows({
    question,
    selected,
    hrefOf,
    onSelect: actions.select,
    onClearFilters: actions.clearFilters,
    tabs: TABS.map((each) => () => actions.setTab(each)),
  });
  const [pointing, setPointing] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const { state, feed } = useIssues(query, pointing || scrolled || ticks.size > 0);
  const { rows, counts, waiting } = state;
  const { agents } = useAgents();
  const now = useNow(5_000);
  const [help, setHelp] = useHelp();
  const known = useMemo(() => knownValues(rows, agents?.map(({ agent }) => agent) ?? []), [rows, agents]);

  const chosen = rows.filter(({ id }) => ticks.has(id));
  const clearTicks = (): void => setTicks(() => NO_TICKS);
  const [busy, act] = useDeeds(() => {
    clearTicks();
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
    handle.current?.toTop();
  };

  return (
    <>
      <Progress active={state.loading === 'first'} />
      <TopBar title="Issues">
        <SortMenu sort={sort} onSort={actions.setSort} />
        <CopyLink />
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
      <div className="list-body">
        {chosen.length > 0 && <IssueBulkBar issues={chosen} busy={busy} onChange={change} onMerge={merge} onClear={clearTicks} />}
        {waiting > 0 && chosen.length === 0 && <NewRows count={waiting} onShow={showNew} />}
        <IssueList
          handle={handle}
          rows={rows}
          total={counts?.[tab] ?? rows.length}
          selected={selected}
          ticks={ticks}
          now={now}
          stale={state.key !== null && state.key !== question}
          onSelect={select}
          onTick={tick}
          onTickAll={() => setTicks((old) => allToggled(rows, old))}
          onOpen={open}
          onScroll={(top) => setScrolled(top > 0)}
          onNearEnd={feed.further}
          onPoint={setPointing}
          foot={rows.length >= MAX_ROWS && <p className="list-foot">Showing the first {MAX_ROWS}. Add a filter to see the others.</p>}
        >
          <ListState view={view} state={state} actions={actions} onRetry={feed.reload} />
        </IssueList>
      </div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
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
