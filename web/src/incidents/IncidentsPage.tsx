/** `/incidents`: what is firing, since when, who was told. */
import { useCallback, useMemo, useState } from 'react';
import { count } from '../format';
import { TopBar } from '../shell/TopBar';
import { CopyLink } from '../ui/CopyLink';
import { HelpDialog, useHelp } from '../ui/HelpDialog';
import { heldRows } from '../ui/list/hold';
import { NewRows } from '../ui/list/NewRows';
import { allToggled, NO_TICKS } from '../ui/list/ticks';
import { rowsHelp, useRows } from '../ui/list/useRows';
import { ErrorStrip } from '../ui/Notice';
import { Progress } from '../ui/Progress';
import { useNow } from '../ui/useNow';
import { useZone } from '../ui/useZone';
import { ZoneSwitch } from '../ui/ZoneSwitch';
import { withZone } from '../zone';
import { IncidentBulkBar } from './BulkBar';
import { Filters } from './Filters';
import { IncidentList } from './IncidentList';
import { ListState } from './ListState';
import type { Incident } from './shapes';
import { Tabs } from './Tabs';
import { useIncidents } from './useIncidents';
import { useIncidentsView } from './useIncidentsView';
import { apiQuery, incidentHref, TABS } from './view';
import './incidents.css';

const PAGE = 100;
/** The most that the hub answers with at once. */
const MOST = 200;
const KEYS = rowsHelp('incident', 'Search', ['1 – 3', 'Open, resolved, all']);

export default function IncidentsPage() {
  const [view, actions] = useIncidentsView();
  const [zone, setZone] = useZone();
  const { tab, filter, selected } = view;
  const [limit, setLimit] = useState(PAGE);
  const question = useMemo(() => apiQuery({ tab, filter }).toString(), [tab, filter]);
  const { data, error, loadedAt, loading, refresh } = useIncidents(`${question}&limit=${limit}`);
  const { rows, waiting, hold } = useHeld(question, data?.incidents ?? NO_ROWS);
  const { handle, input, ticks, setTicks, tick, open, select } = useRows({
    question,
    selected,
    hrefOf: useCallback((id: number) => withZone(incidentHref(id), zone), [zone]),
    onSelect: actions.select,
    onClearFilters: actions.clearFilters,
    tabs: TABS.map((each) => () => actions.setTab(each)),
  });
  const chosen = rows.filter(({ id, status }) => ticks.has(id) && status === 'open');
  const clearTicks = (): void => setTicks(() => NO_TICKS);
  const now = useNow(1_000);
  const [help, setHelp] = useHelp();
  const total = data?.counts[tab] ?? rows.length;
  return (
    <>
      <Progress active={loading && data === null} />
      <TopBar title="Incidents">
        <ZoneSwitch zone={zone} onZone={setZone} />
        <CopyLink />
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
      <div className="list-body">
        {chosen.length > 0 && <IncidentBulkBar incidents={chosen} onDone={() => (clearTicks(), refresh())} onClear={clearTicks} />}
        {waiting > 0 && <NewRows count={waiting} onShow={() => hold(false)} />}
        <IncidentList
          handle={handle}
          rows={rows}
          total={total}
          selected={selected}
          ticks={ticks}
          now={now}
          zone={zone}
          onSelect={select}
          onTick={tick}
          onTickAll={() => setTicks((old) => allToggled(rows, old))}
          onOpen={open}
          onPoint={hold}
          foot={total > rows.length && <More shown={rows.length} total={total} onMore={limit < MOST ? () => setLimit(MOST) : null} />}
        >
          <ListState view={view} answered={data !== null} error={error} actions={actions} onRetry={refresh} />
        </IncidentList>
      </div>
      <HelpDialog keys={KEYS} open={help} onChange={setHelp} />
    </>
  );
}

const NO_ROWS: readonly Incident[] = [];

/** What was found; while it is held, the rows that were shown then. */
function useHeld(question: string, found: readonly Incident[]) {
  const [held, setHeld] = useState<{ question: string; rows: readonly Incident[] } | null>(null);
  const { rows, waiting } = held?.question === question ? heldRows(held.rows, found) : { rows: found, waiting: 0 };
  return { rows, waiting, hold: (on: boolean): void => setHeld(on ? { question, rows } : null) };
}

function More({ shown, total, onMore }: { shown: number; total: number; onMore: (() => void) | null }) {
  return (
    <p className="list-foot">
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
