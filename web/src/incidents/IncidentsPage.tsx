/** `/incidents`: what is firing, since when, who was told. */
import { useCallback, useMemo, useRef, useState } from 'react';
import { count } from '../format';
import { Icon } from '../icons';
import { useDeeds } from '../issues/useDeeds';
import { useKeys } from '../keyboard';
import { currentAddress, navigate } from '../router';
import { TopBar } from '../shell/TopBar';
import { copy } from '../ui/copy';
import { HelpDialog, useHelp, type KeyHelp } from '../ui/HelpDialog';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { NARROW, useMedia } from '../ui/useMedia';
import { useNow } from '../ui/useNow';
import { acknowledge } from './api';
import { BulkBar } from './BulkBar';
import { Filters } from './Filters';
import { heldRows } from './hold';
import { IncidentList, type ListHandle } from './IncidentList';
import { ListState } from './ListState';
import type { Incident } from './shapes';
import { Tabs } from './Tabs';
import { useIncidents } from './useIncidents';
import { useIncidentsView } from './useIncidentsView';
import { apiQuery, incidentHref, TABS } from './view';
import { acknowledgedWords } from './words';
import '../issues/issues.css';
import './incidents.css';

const PAGE = 100;
/** The most that the hub answers with at once. */
const MOST = 200;
const KEYS: KeyHelp = [
  ['j k', 'Next, previous incident'],
  ['x', 'Select for a bulk action'],
  ['Enter', 'Open the incident'],
  ['/', 'Search'],
  ['1 – 3', 'Open, resolved, all'],
  ['y', 'Copy link'],
  ['Esc', 'Clear the selection, then the filters'],
];
const NONE: ReadonlySet<number> = new Set();

export default function IncidentsPage() {
  const [view, actions] = useIncidentsView();
  const { tab, filter, selected } = view;
  const [limit, setLimit] = useState(PAGE);
  const query = useMemo(() => apiQuery({ tab, filter }).toString(), [tab, filter]);
  const { data, error, loadedAt, loading, refresh } = useIncidents(`${query}&limit=${limit}`);
  const [ticks, setTicks] = useState({ query, ids: NONE });
  const [frozen, setFrozen] = useState<{ query: string; rows: readonly Incident[] } | null>(null);
  const found = data?.incidents ?? [];
  const { rows, waiting } = frozen?.query === query ? heldRows(frozen.rows, found) : { rows: found, waiting: 0 };
  const ticked = ticks.query === query ? ticks.ids : NONE;
  const chosen = rows.filter(({ id, status }) => ticked.has(id) && status === 'open');
  const now = useNow(1_000);
  const narrow = useMedia(NARROW);
  const [help, setHelp] = useHelp();
  const list = useRef<ListHandle>(null);
  const input = useRef<HTMLInputElement>(null);

  const open = useCallback((id: number) => navigate(incidentHref(id)), []);
  const select = useCallback((id: number) => (narrow ? open(id) : actions.select(id)), [narrow, open, actions]);
  const tick = (ids: ReadonlySet<number>): void => setTicks({ query, ids });
  const toggle = (id: number): void => tick(ticked.has(id) ? without(ticked, id) : new Set([...ticked, id]));
  const [busy, act] = useDeeds(() => {
    tick(NONE);
    refresh();
  });
  const copyLink = (): void => void copy(currentAddress(), 'Link');
  useKeys({
    j: () => list.current?.move(1),
    k: () => list.current?.move(-1),
    ArrowDown: () => list.current?.move(1),
    ArrowUp: () => list.current?.move(-1),
    x: () => selected !== null && toggle(selected),
    Enter: () => selected !== null && open(selected),
    '/': () => input.current?.focus(),
    y: copyLink,
    Escape: () => {
      if (ticked.size > 0) tick(NONE);
      else if (selected !== null) actions.select(null);
      else actions.clearFilters();
    },
    ...Object.fromEntries(TABS.map((each, index) => [String(index + 1), () => actions.setTab(each)])),
  });
  const total = data?.counts[tab] ?? rows.length;
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar title="Incidents">
        <button type="button" className="btn square" onClick={copyLink} aria-label="Copy link" title="Copy link (y)">
          <Icon name="link" />
        </button>
      </TopBar>
      <Filters
        filter={filter}
        severities={data?.severities ?? null}
        input={input}
        onFilter={actions.setFilter}
        onClear={actions.clearFilters}
      />
      <Tabs counts={data?.counts ?? null} tab={tab} onTab={actions.setTab} />
      {error && data !== null && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      <div className="inc-body">
        {chosen.length > 0 && (
          <BulkBar
            incidents={chosen}
            busy={busy}
            onAcknowledge={() => act(acknowledge(chosen.map(({ id }) => id)), acknowledgedWords(chosen.length))}
            onClear={() => tick(NONE)}
          />
        )}
        {waiting > 0 && (
          <button type="button" className="new-issues" onClick={() => setFrozen(null)}>
            <Icon name="up" small />
            {waiting} new
          </button>
        )}
        <IncidentList
          handle={list}
          rows={rows}
          total={total}
          selected={selected}
          ticked={ticked}
          now={now}
          onSelect={select}
          onTick={toggle}
          onTickAll={(all) => tick(all ? new Set(rows.map(({ id }) => id)) : NONE)}
          onOpen={open}
          onPoint={(over) => setFrozen(over ? { query, rows } : null)}
          foot={total > rows.length && <More shown={rows.length} total={total} onMore={limit < MOST ? () => setLimit(MOST) : null} />}
        >
          <ListState view={view} answered={data !== null} error={error} actions={actions} onRetry={refresh} />
        </IncidentList>
      </div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

function without(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  return new Set([...set].filter((each) => each !== id));
}

function More({ shown, total, onMore }: { shown: number; total: number; onMore: (() => void) | null }) {
  return (
    <p className="inc-foot">
      Showing {count(shown)} of {count(total)}.{' '}
      {onMore ? (
        <button type="button" className="btn" onClick={onMore}>
          Show more
        </button>
      ) : (
        'Choose a severity, or search, to see the others.'
      )}
    </p>
  );
}
