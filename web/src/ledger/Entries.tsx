/** The entries as a dense table, the newest first, each beside its trace; one of them may be open. */
import { Fragment, type ReactNode } from 'react';
import type { Query } from '../api/useQuery';
import { count, shortId } from '../format';
import { Link } from '../router';
import { clock, dayClock, msOf, sameDay, type Zone } from '../time';
import { EmptyState, ErrorStrip } from '../ui/Notice';
import { Moment } from '../ui/Moment';
import { useNow } from '../ui/useNow';
import { withZone } from '../zone';
import { KindLabel, StateLabel } from './glyphs';
import type { Entry, EntryPage, OpenIntent } from './shapes';
import { isFiltered, type View } from './view';
import { aboutOf, amountOf, stateOf, venueIdOf, type State } from './words';
import './entries.css';

const COLUMNS = 9;

interface Props {
  entries: Query<EntryPage>;
  open: readonly OpenIntent[];
  view: View;
  zone: Zone;
  /** Of the entry that the view says is open. */
  detail: ReactNode;
  onOpen: (index: number | null) => void;
  onBefore: (before: number | null) => void;
  onClear: () => void;
}

export function Entries({ entries, open, view, zone, detail, onOpen, onBefore, onClear }: Props) {
  const now = useNow(60_000);
  const { data, error, loadedAt, refresh } = entries;
  const states = new Map(open.map(({ entry, lost }): [number, State] => [entry.index, lost ? LOST : OPEN]));
  if (data === null) return error && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />;
  const next = data.next_before;
  return (
    <section className="entries" aria-label="Entries">
      {error && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {data.entries.length > 0 && (
        <table>
          <thead>
            <tr>
              <th className="num">Entry</th>
              <th>Time</th>
              <th>Kind</th>
              <th>Operation</th>
              <th className="c-about">About</th>
              <th className="num">Amount</th>
              <th>State</th>
              <th className="c-id">Venue&rsquo;s id</th>
              <th className="c-trace">Trace</th>
            </tr>
          </thead>
          <tbody>
            {data.entries.map((entry) => {
              const isOpen = entry.index === view.entry;
              return (
                <Fragment key={entry.index}>
                  <Row entry={entry} state={states.get(entry.index) ?? stateOf(entry)} {...{ zone, now, isOpen, onOpen }} />
                  {isOpen && (
                    <tr className="entry-under">
                      <td colSpan={COLUMNS}>{detail}</td>
                    </tr>
                  )}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      )}
      {data.entries.length === 0 && <Nothing view={view} next={next} size={data.size} onClear={onClear} />}
      <div className="entry-pages">
        {view.before !== null && (
          <button type="button" className="btn" onClick={() => onBefore(null)}>
            Newest entries
          </button>
        )}
        {next !== null && (
          <button type="button" className="btn" onClick={() => onBefore(next)}>
            {isFiltered(view.filter) ? `Search on, before entry ${count(next)}` : `Entries before ${count(next)}`}
          </button>
        )}
      </div>
    </section>
  );
}

const OPEN: State = { outcome: 'flight', word: 'No answer' };
const LOST: State = { outcome: 'unknown', word: 'Answer lost' };

interface RowProps {
  entry: Entry;
  state: State | null;
  zone: Zone;
  now: number;
  isOpen: boolean;
  onOpen: (index: number | null) => void;
}

function Row({ entry, state, zone, now, isOpen, onOpen }: RowProps) {
  const { index, kind, op, at_ns: at, trace_id: trace, span_id: span, problem } = entry;
  const amount = amountOf(entry);
  const id = venueIdOf(entry);
  return (
    <tr className={isOpen ? 'entry is-open' : 'entry'}>
      <td className="num">
        <button type="button" className="entry-open" aria-expanded={isOpen} onClick={() => onOpen(isOpen ? null : index)}>
          <span className="sr">Entry </span>
          {count(index)}
        </button>
      </td>
      <td className="c-time">
        {at && (
          <Moment ns={at} zone={zone}>
            {sameDay(msOf(at), now, zone) ? clock(msOf(at), zone) : dayClock(msOf(at), zone)}
          </Moment>
        )}
      </td>
      <td className="c-kind">
        <KindLabel kind={kind} />
      </td>
      {kind === 'unreadable' ? (
        <td colSpan={COLUMNS - 3} className="entry-problem">
          {problem}
        </td>
      ) : (
        <>
          <td className="c-op">{op}</td>
          <td className="c-about">{aboutOf(entry)}</td>
          <td className="num c-amount" title={amount?.exact}>
            {amount?.text}
          </td>
          <td className="c-state">{state && <StateLabel state={state} />}</td>
          <td className="c-id mono" title={id}>
            {shortId(id, 6)}
          </td>
          <td className="c-trace">
            {trace && (
              <Link
                className="mono"
                href={withZone(`/traces/${trace}${span ? `?span=${span}` : ''}`, zone)}
                title={trace}
              >
                {shortId(trace)}
              </Link>
            )}
          </td>
        </>
      )}
    </tr>
  );
}

interface NothingProps {
  view: View;
  next: number | null;
  size: number;
  onClear: () => void;
}

function Nothing({ view, next, size, onClear }: NothingProps) {
  if (!isFiltered(view.filter)) return <EmptyState title="No entries yet" />;
  return (
    <EmptyState
      title={next === null ? 'No entry matches' : `No match from entry ${count(next)} to ${count(view.before ?? size)}`}
      action={
        <button type="button" className="btn" onClick={onClear}>
          Show all entries
        </button>
      }
    />
  );
}
