/** How a rule stands, as glyph, word and colour; the shape alone suffices. */
import type { Rule, RuleState } from './api';
import { stateWords } from './words';

/** Firing is a full triangle, pending an hourglass, well a tick, off a pause. */
const PATHS: Record<RuleState, string> = {
  firing: 'M6 1l5 9.5H1z',
  pending: 'M2.5 1.5h7L2.5 10.5h7z',
  ok: 'M2 6.5l2.8 2.8L10.2 3.2',
  not_judged: 'M4 2v8M8 2v8',
};

export function StateLabel({ rule }: { rule: Rule }) {
  return (
    <span className={`rule-state rs-${rule.state}`}>
      <svg className="glyph" viewBox="0 0 12 12" aria-hidden="true">
        <path
          d={PATHS[rule.state]}
          fill={rule.state === 'firing' ? 'currentColor' : 'none'}
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {stateWords(rule)}
    </span>
  );
}
