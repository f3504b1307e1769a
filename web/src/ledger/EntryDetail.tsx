/** One entry, checked when it is opened: the exact bytes, their hash, and whether that leads to the signed root. */
import { useQuery } from '../api/useQuery';
import { count, plural } from '../format';
import { Icon } from '../icons';
import { Link } from '../router';
import { clockSeconds, msOf, type Zone } from '../time';
import { copy } from '../ui/copy';
import { ErrorStrip } from '../ui/Notice';
import { withZone } from '../zone';
import { fetchEntry, proofHref } from './api';
import { KindLabel, VerdictGlyph } from './glyphs';
import type { EntryAnswer } from './shapes';
import './entry.css';

interface Props {
  ledger: string;
  index: number;
  zone: Zone;
  onOpen: (index: number | null) => void;
}

export function EntryDetail({ ledger, index, zone, onOpen }: Props) {
  const { data, error, loadedAt, loading, refresh } = useQuery(`entry ${ledger} ${index}`, (signal) =>
    fetchEntry(ledger, index, signal),
  );
  return (
    <div className="entry-detail" aria-busy={loading}>
      <header>
        <h3>Entry {count(index)}</h3>
        {data && <KindLabel kind={data.entry.kind} />}
        <div className="grow" />
        <button type="button" className="btn" disabled={loading} onClick={refresh}>
          Check again
        </button>
        <button type="button" className="btn quiet square" aria-label="Close the entry" onClick={() => onOpen(null)}>
          <Icon name="close" />
        </button>
      </header>
      {error && <ErrorStrip error={error} loadedAt={loadedAt} onRetry={refresh} />}
      {data && <Checked answer={data} zone={zone} onOpen={onOpen} />}
    </div>
  );
}

function Checked({ answer, zone, onOpen }: { answer: EntryAnswer; zone: Zone; onOpen: Props['onOpen'] }) {
  const { entry, raw, leaf_hash: leaf, related } = answer;
  return (
    <>
      <Proof answer={answer} zone={zone} />
      <dl className="entry-facts">
        {leaf && (
          <div>
            <dt>Leaf hash</dt>
            <dd className="mono">{leaf}</dd>
          </div>
        )}
        {entry.trace_id && (
          <div>
            <dt>Trace</dt>
            <dd className="mono">
              <Link href={withZone(`/traces/${entry.trace_id}${entry.span_id ? `?span=${entry.span_id}` : ''}`, zone)}>
                {entry.trace_id}
              </Link>
            </dd>
          </div>
        )}
        {related.length > 0 && (
          <div>
            <dt>Belongs to</dt>
            <dd className="entry-related">
              {related.map((each) => (
                <button key={each.index} type="button" className="entry-link" onClick={() => onOpen(each.index)}>
                  {each.kind} {count(each.index)}
                </button>
              ))}
            </dd>
          </div>
        )}
        {entry.committed.length > 0 && (
          <div>
            <dt>Held back</dt>
            <dd>{entry.committed.join(', ')}: the log has only salted hashes of these</dd>
          </div>
        )}
      </dl>
      {raw !== '' && (
        <>
          <div className="entry-bytes">
            <h4>The exact bytes</h4>
            <div className="grow" />
            <button type="button" className="btn" onClick={() => void copy(raw, 'Entry')}>
              Copy
            </button>
            {answer.proved && (
              <a className="btn" href={proofHref(answer.ledger, entry.index)} download>
                Download .tlog-proof
              </a>
            )}
          </div>
          <pre className="mono entry-raw" tabIndex={0} aria-label="The exact bytes">
            {raw}
          </pre>
        </>
      )}
    </>
  );
}

/** What was checked, when, and what came of it; loud where it does not hold. */
function Proof({ answer, zone }: { answer: EntryAnswer; zone: Zone }) {
  const { proved, signed, size, steps, problem, checked_ns: checked } = answer;
  const look = !proved || problem !== null ? 'bad' : signed ? 'whole' : 'unsigned';
  return (
    <div className={look === 'bad' ? 'entry-proof bad' : 'entry-proof'} role={look === 'bad' ? 'alert' : 'status'}>
      <VerdictGlyph look={look} />
      <div>
        <b>{proved ? 'In the ledger' : 'Not proved'}</b>, checked now, {clockSeconds(msOf(checked), zone)}
        {proved ? (
          <p>
            Its hash leads by way of {plural(steps, 'other')} to the root of {plural(size, 'entry', 'entries')}
            {signed
              ? ', which the log’s own key has signed.'
              : '. Whether the log’s own key signed that root was not checked: the hub has no public key of it.'}
          </p>
        ) : (
          <p>The log does not bear it out: what stands here is not what was signed.</p>
        )}
        {problem && <p>{problem}</p>}
      </div>
    </div>
  );
}
