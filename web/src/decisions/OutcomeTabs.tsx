/** The outcomes of the range with their counts, as filters. The first seven have the keys 1 to 7. */
import type { Counts, Outcome } from '../api/types';
import { count } from '../format';
import { OutcomeGlyph, outcomeWord } from '../outcome';
import '../ui/tabs.css';

const ALWAYS: readonly Outcome[] = ['traded', 'skipped', 'rejected', 'failed', 'flight', 'interrupted'];
/** These only when there are any: they are rarer, or not decisions at all. */
const IF_ANY: readonly Outcome[] = ['unknown', 'completed'];

export type Tab = Outcome | null;

export function tabsFor(counts: Counts | null, selected: Tab): Tab[] {
  return [null, ...ALWAYS, ...IF_ANY.filter((outcome) => outcome === selected || (counts?.[outcome] ?? 0) > 0)];
}

interface Props {
  counts: Counts | null;
  selected: Tab;
  onSelect: (tab: Tab) => void;
}

export function OutcomeTabs({ counts, selected, onSelect }: Props) {
  return (
    <div className="outcome-tabs" role="group" aria-label="Outcome">
      {tabsFor(counts, selected).map((tab) => (
        <button key={tab ?? 'all'} type="button" aria-pressed={tab === selected} onClick={() => onSelect(tab)}>
          {tab && <OutcomeGlyph outcome={tab} />}
          {tab ? outcomeWord(tab) : 'All'}
          {counts && <i>{count(counts[tab ?? 'all'])}</i>}
        </button>
      ))}
    </div>
  );
}
