/** Above a span's attributes: whether the ledger bears out what the span says it has there. */
import { CLAIM_LOOKS, VerdictGlyph } from '../ledger/glyphs';
import type { LedgerSpan } from '../ledger/shapes';
import { ledgerHref } from '../ledger/view';
import { Link } from '../router';

export function LedgerNote({ found }: { found: LedgerSpan | undefined }) {
  if (!found) return null;
  const look = CLAIM_LOOKS[found.state];
  const says = found.says.charAt(0).toUpperCase() + found.says.slice(1);
  return (
    <div className={look === 'bad' ? 'note failed' : 'note'} role={look === 'bad' ? 'alert' : undefined}>
      <VerdictGlyph look={look} />
      <div>
        <b>{says}</b>
        {found.state === 'in' && (
          <p>Checked now{found.signed ? '' : '; the signature was not: the hub has no public key of this ledger'}.</p>
        )}
        {look === 'bad' && <p>Either the span or the ledger was changed after it was written.</p>}
        {found.ledger !== null && (
          <p>
            <Link className="note-link" href={ledgerHref(found.ledger, 'utc', { entry: found.index })}>
              Open the entry
            </Link>
          </p>
        )}
      </div>
    </div>
  );
}
