/** What is open, what is over, and how many of each. */
import { CountTabs } from '../ui/CountTabs';
import type { IncidentPage } from './shapes';
import { TABS, type Tab } from './view';

const WORDS: Record<Tab, string> = { open: 'Open', resolved: 'Resolved', all: 'All' };

export function Tabs(props: { counts: IncidentPage['counts'] | null; tab: Tab; onTab: (tab: Tab) => void }) {
  return <CountTabs label="Status" tabs={TABS} words={WORDS} {...props} />;
}
