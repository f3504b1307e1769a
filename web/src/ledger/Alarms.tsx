/** Above the entries: what the hub, as a witness, was shown of this log and does not go with what it had cosigned. */
import { Link } from '../router';
import { useLedgersInTrouble } from '../shell/context';
import { VerdictGlyph } from './glyphs';

/** What came of verifying is said by the verdict. */
const OF_VERIFYING = ['tampered', 'gone', 'missing'];

export function Alarms({ ledger }: { ledger: string }) {
  const alarms = useLedgersInTrouble()
    .of(ledger)
    .filter(({ kind }) => !OF_VERIFYING.includes(kind));
  if (alarms.length === 0) return null;
  return (
    <section className="ledger-tampered" role="alert">
      <h3>
        <VerdictGlyph look="bad" />
        Alarm of the hub as a witness
      </h3>
      {alarms.map(({ kind, says }) => (
        <p key={kind}>
          <b>{says}.</b>
        </p>
      ))}
      <p>
        <Link className="entry-link" href="/issues">
          Issues
        </Link>{' '}
        have both sides, what the hub had cosigned and what it was shown.
      </p>
    </section>
  );
}
