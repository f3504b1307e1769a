/** What the filter box offers while it is typed into. The grammar is in filter.ts. */
import { OUTCOMES } from '../api/types';
import { quoted, type Suggestion } from '../ui/terms';
import { STATUSES } from './filter';

interface FieldHelp {
  term: string;
  meaning: string;
}

const FIELDS: readonly FieldHelp[] = [
  { term: 'agent:', meaning: 'agent that decided' },
  { term: 'asset:', meaning: 'asset traded, e.g. BTC' },
  { term: 'status:', meaning: 'error, ok or unset' },
  { term: 'outcome:', meaning: 'traded, skipped, rejected…' },
  { term: 'min:', meaning: 'took at least, e.g. 500ms' },
  { term: 'name:', meaning: 'span name, e.g. pf.trade.execute' },
  { term: 'pf.order.state:', meaning: 'any attribute, key:value' },
  { term: 'result:', meaning: 'earned, paid or ordered so, e.g. side:sell' },
];

/** What could stand for the last term of `input`: values of the field begun, or fields. */
export function suggest(input: string, known: { agents: readonly string[]; assets: readonly string[] }): Suggestion[] {
  const last = /\S*$/.exec(input)?.[0] ?? '';
  const field = /^(agent|asset|status|outcome):(.*)$/.exec(last);
  if (field) {
    const values = { agent: known.agents, asset: known.assets, status: STATUSES, outcome: OUTCOMES }[field[1]] ?? [];
    const begun = field[2].toLowerCase();
    return values
      .filter((value) => value.toLowerCase().includes(begun) && value.toLowerCase() !== begun)
      .slice(0, 8)
      .map((value) => ({ term: `${field[1]}:${quoted(value)}`, meaning: '', complete: true }));
  }
  if (last.includes(':')) return [];
  const fields = FIELDS.filter(({ term }) => term.startsWith(last.toLowerCase())).map((each) => ({
    ...each,
    complete: false,
  }));
  if (last === '') return fields;
  const agents = known.agents
    .filter((agent) => agent.toLowerCase().includes(last.toLowerCase()))
    .slice(0, 4)
    .map((agent) => ({ term: `agent:${quoted(agent)}`, meaning: 'agent', complete: true }));
  return [...fields, ...agents];
}
