import { expect, it } from 'vitest';
import type { Config } from './api';
import { changeOf, draftOf } from './draft';

const config: Config = {
  schedule_type: 'interval',
  schedule: [5, 'minute'],
  timezone: 'Europe/Berlin',
  checkin_margin: 2,
  max_runtime: 3,
  failure_issue_threshold: 4,
  recovery_threshold: 5,
};

it('sends back what it was given when nothing was changed', () => {
  expect(changeOf(draftOf({ name: 'Settle', config }))).toEqual({ name: 'Settle', config });
  const crontab: Config = { ...config, schedule_type: 'crontab', schedule: '0 * * * *' };
  expect(changeOf(draftOf({ name: 'Settle', config: crontab })).config).toEqual(crontab);
});

it('sends the schedule of the kind that is chosen, without spaces around it', () => {
  const draft = { ...draftOf({ name: ' Settle ', config }), kind: 'crontab' as const, crontab: ' 0 0 * * * ' };
  expect(changeOf(draft)).toMatchObject({ name: 'Settle', config: { schedule_type: 'crontab', schedule: '0 0 * * *' } });
});

it('begins with the defaults where nobody has said when it should run', () => {
  expect(changeOf(draftOf({ name: 'job', config: null })).config).toMatchObject({ checkin_margin: 1, max_runtime: 30 });
});
