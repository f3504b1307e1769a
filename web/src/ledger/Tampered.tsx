/** Above all else on the page of a log that is not what it was: what is wrong, from where on, and what to do. */
import { VerdictGlyph } from './glyphs';
import type { Verified } from './shapes';
import { missingOf, resultWord, resultWords } from './words';

export function Tampered({ verified }: { verified: Verified | null }) {
  const isTampered = verified?.result === 'tampered';
  if (verified === null || (!isTampered && missingOf(verified) === 0)) return null;
  const [first, ...others] = resultWords(verified);
  return (
    <section className="ledger-tampered" role="alert">
      <h3>
        <VerdictGlyph look={isTampered ? 'bad' : 'unsure'} />
        {resultWord(verified)}
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
