/** Above all else on the page of a log that somebody changed: that it was, from where on, and what to do. */
import { VerdictGlyph } from './glyphs';
import type { Verified } from './shapes';
import { resultWords } from './words';

export function Tampered({ verified }: { verified: Verified | null }) {
  if (verified?.result !== 'tampered') return null;
  const [first, ...others] = resultWords(verified);
  return (
    <section className="ledger-tampered" role="alert">
      <h3>
        <VerdictGlyph look="bad" />
        Tampered with
      </h3>
      <p>
        <b>{first}</b>
      </p>
      {others.map((words) => (
        <p key={words}>{words}</p>
      ))}
    </section>
  );
}
