import { expect, it } from 'vitest';
import { deed, issue } from './fixtures';
import { deedWords, standing } from './standing';

const NOW = 1_700_000_240_000;
const AT = { at_ns: '1700000000000000000', actor: 'ana' };
const UNTIL = { events: null, users: null, until_ns: null, limit: null };

it.each([
  [issue(), 'New in agent@2.1.0, first seen 5 min ago'],
  [issue({ substatus: 'ongoing' }), 'Ongoing, first seen 5 min ago'],
  [
    issue({ substatus: 'regressed', activity: [deed({ kind: 'regressed', detail: { release: 'agent@2.1.1' } })] }),
    'Regressed in agent@2.1.1, 4 min ago',
  ],
  [
    issue({ substatus: 'escalating', activity: [deed({ kind: 'escalating' })] }),
    'Escalating, 4 min ago: more events an hour than were forecast',
  ],
  [issue({ resolution: { ...AT, kind: 'now', release: null } }), 'Resolved by ana, 4 min ago'],
  [
    issue({ resolution: { ...AT, kind: 'next_release', release: 'agent@2.1.0' } }),
    'Resolved by ana in the release after agent@2.1.0, 4 min ago',
  ],
  [
    issue({ archive: { ...AT, ...UNTIL, kind: 'until_escalating', limit: 12 } }),
    'Archived by ana until more than 12 events come in an hour, 4 min ago',
  ],
  [
    issue({ archive: { ...AT, ...UNTIL, kind: 'until_condition_met', events: 100, users: 5 } }),
    'Archived by ana until 100 more events or 5 more users, 4 min ago',
  ],
  [issue({ archive: { ...AT, ...UNTIL, kind: 'forever' } }), 'Archived by ana forever, 4 min ago'],
])('%#', (each, words) => expect(standing(each, NOW)).toBe(words));

it.each([
  [deed({ kind: 'first_seen', detail: { release: 'agent@1' } }), 'First seen in agent@1'],
  [deed({ kind: 'resolved', actor: 'ana', detail: { in: 'in_release', release: 'agent@2' } }), 'ana resolved it in agent@2'],
  [deed({ kind: 'resolved', actor: 'ana', detail: { in: 'in_next_release' } }), 'ana resolved it in the next release'],
  [deed({ kind: 'unresolved', detail: { reason: 'the time is over' } }), 'Open again: the time is over'],
  [deed({ kind: 'archived', actor: 'ana', detail: { until: 'forever' } }), 'ana archived it forever'],
  [deed({ kind: 'merged', actor: 'ana', detail: { issues: [2, 3] } }), 'ana merged 2 issues into it'],
  [deed({ kind: 'assigned', actor: 'ana', detail: { assignee: null } }), 'ana assigned it to nobody'],
])('%#: %o', (each, words) => expect(deedWords(each)).toBe(words));
