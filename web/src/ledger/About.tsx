/** Beside the entries: what came of verifying the log, up to where others have seen it, and what it calls itself. */
import { count, duration } from '../format';
import { Ago } from '../ui/Moment';
import { useNow } from '../ui/useNow';
import type { Zone } from '../time';
import { copy } from '../ui/copy';
import { VerdictLabel } from './glyphs';
import { Reports } from './Reports';
import type { Ledger, Witnessed } from './shapes';
import { alarmWords, missingOf, resultWords, sizeWords, witnessWords } from './words';

interface Props {
  ledger: Ledger;
  /** By origin; null where the hub is no witness, or until it was asked. */
  witnessed: ReadonlyMap<string, Witnessed> | null;
  zone: Zone;
  onOpen: (index: number) => void;
}

export function About({ ledger, witnessed, zone, onOpen }: Props) {
  const now = useNow(1_000);
  const { verified, origin, root } = ledger;
  const seen = witnessed?.get(origin ?? '');
  /** Above the entries. */
  const said = verified?.result === 'tampered' || missingOf(verified) > 0;
  return (
    <aside className="subject-side ledger-about" aria-label="About the ledger">
      <section aria-label="Verification">
        <h3>Verification</h3>
        <VerdictLabel verified={verified} />
        {verified === null ? (
          <p>The hub reads all of it within seconds.</p>
        ) : (
          <>
            {(said ? [] : resultWords(verified)).map((words) => (
              <p key={words}>{words}</p>
            ))}
            <p className="mut">
              <Ago ns={verified.at_ns} zone={zone} now={now} />, in {duration(verified.took_ns)}
              {verified.result === 'whole' && ledger.size !== null && ledger.size > verified.size
                ? `; ${count(ledger.size - verified.size)} entries since`
                : ''}
            </p>
          </>
        )}
        {ledger.problem && ledger.problem !== verified?.why && <p className="entry-problem">{ledger.problem}</p>}
      </section>
      <section aria-label="Anchors">
        <h3>Anchors</h3>
        {seen !== undefined && seen.alarms > 0 && <p className="entry-problem">{alarmWords(seen.alarms)}</p>}
        <p>{witnessWords(seen, ledger)}</p>
        {seen?.newest && (
          <p className="mut">
            last cosigned <Ago ns={seen.newest.last_ns} zone={zone} now={now} />
          </p>
        )}
      </section>
      <Reports ledger={ledger.ledger} agent={ledger.agent} zone={zone} onOpen={onOpen} />
      <section aria-label="The log">
        <h3>The log</h3>
        <dl className="ledger-facts">
          <dt>Size</dt>
          <dd>{sizeWords(ledger)}</dd>
          {ledger.agent && (
            <>
              <dt>Agent</dt>
              <dd>{ledger.agent}</dd>
            </>
          )}
          {origin && (
            <>
              <dt>Origin</dt>
              <dd className="mono">{origin}</dd>
            </>
          )}
          {root && (
            <>
              <dt>Root</dt>
              <dd className="mono">
                <button type="button" className="entry-link" title="Copy" onClick={() => void copy(root, 'Root')}>
                  {root}
                </button>
              </dd>
            </>
          )}
        </dl>
        <p className="mut">
          What an agent wrote in its last second, and then was killed, is in here once it starts again.
        </p>
      </section>
    </aside>
  );
}
