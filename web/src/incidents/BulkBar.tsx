/** What can be done to all the open incidents that are ticked. */
import { BulkBar } from '../ui/list/BulkBar';
import { useDeeds } from '../ui/useDeeds';
import { acknowledge, resolveEach } from './api';
import type { Incident } from './shapes';
import { doneWords } from './words';

interface Props {
  incidents: readonly Incident[];
  onDone: () => void;
  onClear: () => void;
}

export function IncidentBulkBar({ incidents, onDone, onClear }: Props) {
  const [busy, act] = useDeeds(onDone);
  const ids = incidents.map(({ id }) => id);
  return (
    <BulkBar count={incidents.length} one="incident" onClear={onClear}>
      <button
        type="button"
        className="btn"
        disabled={busy}
        title="Say that you look after them: they are not repeated"
        onClick={() => act(acknowledge(ids), doneWords(ids.length, 'acknowledged'))}
      >
        Acknowledge
      </button>
      <button
        type="button"
        className="btn"
        disabled={busy}
        title="Say that they are over: their rules are quiet until they were good once"
        onClick={() => act(resolveEach(ids), (done) => doneWords(done, 'resolved'))}
      >
        Resolve
      </button>
    </BulkBar>
  );
}
