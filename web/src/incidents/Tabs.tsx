/** What is open, what is over, and how many of each. */
import { count } from '../format';
import type { IncidentPage } from './shapes';
import { TABS, type Tab } from './view';
import '../decisions/tabs.css';

const WORDS: Record<Tab, string> = { open: 'Open', resolved: 'Resolved', all: 'All' };

export function Tabs({ counts, tab, onTab }: { counts: IncidentPage['counts'] | null; tab: Tab; onTab: (tab: Tab) => void }) {
  return (
    <div className="outcome-tabs" role="group" aria-label="Status">
      {TABS.map((each) => (
        <button key={each} type="button" aria-pressed={each === tab} onClick={() => onTab(each)}>
          {WORDS[each]}
          {counts && <i>{count(counts[each])}</i>}
        </button>
      ))}
    </div>
  );
}
