/** A monitor's configuration while it is edited, as text; the hub judges what it means. */
import type { Change, Config, Monitor } from './api';

export interface Draft {
  name: string;
  kind: Config['schedule_type'];
  crontab: string;
  every: string;
  unit: string;
  timezone: string;
  margin: string;
  runtime: string;
  failures: string;
  recoveries: string;
}

export function draftOf({ name, config }: Pick<Monitor, 'name' | 'config'>): Draft {
  const schedule = config?.schedule;
  return {
    name,
    kind: config?.schedule_type ?? 'crontab',
    crontab: typeof schedule === 'string' ? schedule : '0 * * * *',
    every: Array.isArray(schedule) ? String(schedule[0]) : '1',
    unit: Array.isArray(schedule) ? schedule[1] : 'hour',
    timezone: config?.timezone ?? 'UTC',
    margin: String(config?.checkin_margin ?? 1),
    runtime: String(config?.max_runtime ?? 30),
    failures: String(config?.failure_issue_threshold ?? 1),
    recoveries: String(config?.recovery_threshold ?? 1),
  };
}

export function changeOf(draft: Draft): Required<Pick<Change, 'name' | 'config'>> {
  return {
    name: draft.name.trim(),
    config: {
      schedule_type: draft.kind,
      schedule: draft.kind === 'crontab' ? draft.crontab.trim() : [Number(draft.every), draft.unit],
      timezone: draft.timezone.trim(),
      checkin_margin: Number(draft.margin),
      max_runtime: Number(draft.runtime),
      failure_issue_threshold: Number(draft.failures),
      recovery_threshold: Number(draft.recoveries),
    },
  };
}
