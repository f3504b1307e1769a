/** The trail that led to an event: each step with its time before the error, the error itself at the end. */
import { duration } from '../format';
import type { Crumb, IssueEvent } from './shapes';

export interface Step {
  /** `−2.38 s` before the error; empty when the client did not say when. */
  before: string;
  category: string;
  level: string;
  message: string;
  data: [key: string, value: string][];
  /** It is the error itself. */
  error: boolean;
}

export function trailOf({ breadcrumbs, time_ns, exceptions, title, level }: IssueEvent): Step[] {
  const steps = breadcrumbs.map((crumb) => stepOf(crumb, time_ns));
  const caught = exceptions.at(-1);
  const message = caught ? [caught.type, caught.value].filter(Boolean).join(': ') : title;
  return [...steps, { before: '0', category: 'error', level, message, data: [], error: true }];
}

function stepOf(crumb: Crumb, errorNs: string): Step {
  const ns = crumb.time_ns === null ? null : Number(BigInt(crumb.time_ns) - BigInt(errorNs));
  return {
    before: ns === null ? '' : ns === 0 ? '0' : duration(ns).replace(/^(?!\u2212)/, '+'),
    category: crumb.category || crumb.type,
    level: crumb.level,
    message: crumb.message,
    data: Object.entries(crumb.data).map(([key, value]) => [key, plain(value)]),
    error: false,
  };
}

/** A value of JSON on one line: text as it is, the rest as JSON. */
export const plain = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
