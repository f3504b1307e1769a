/** Two releases held against each other, in words. The verdicts are the hub's; nothing here judges. */
import { bps, count, duration, plural, usd } from '../format';
import type { Comparison, Measure, MeasureName, Verdict } from './types';
import { share } from './figures';

const MINUS = '\u2212';

interface Words {
  title: string;
  /** What a sample is made of. */
  of: string;
  show: (value: number) => string;
}

const places = (value: number): string => (Math.abs(value) >= 100 ? count(value) : String(Number(value.toPrecision(3))));

export const MEASURE_WORDS: Record<MeasureName, Words> = {
  errors_per_hour: { title: 'Errors per hour', of: 'active hour', show: places },
  errors_per_1000_cycles: { title: 'Errors per 1,000 decisions', of: 'decision', show: places },
  net_per_cycle_usd: {
    title: 'Net P&L per decision',
    of: 'decision',
    show: (value) => usd(String(value), { sign: true, places: Math.abs(value) < 1 ? 4 : 2 }),
  },
  slippage_mean_bps: { title: 'Mean slippage', of: 'order', show: (value) => `${bps(value)} bps` },
  crash_free_sessions_percent: { title: 'Crash-free sessions', of: 'session', show: share },
};

export const VERDICT_WORDS: Record<Verdict, string> = {
  better: 'better',
  worse: 'worse',
  alike: 'no clear difference',
  too_few: 'too few to say',
};

export const sampleWords = (name: MeasureName, sample: number): string =>
  sample > 0 ? `of ${plural(sample, MEASURE_WORDS[name].of)}` : '';

/** What changed from a to b, with its sign: `+100%`, `−9.8 points`, `−$0.52`. Empty where one side is missing. */
export function change({ name, a, b }: Measure): string {
  if (a === null || b === null) return '';
  const by = b - a;
  if (name === 'net_per_cycle_usd') return MEASURE_WORDS[name].show(by);
  if (name === 'slippage_mean_bps') return `${bps(by)} bps`;
  if (name === 'crash_free_sessions_percent') return `${signed(by, Number(Math.abs(by).toFixed(1)))} points`;
  return relative(a, b);
}

/** `+62%` */
export function relative(a: number, b: number): string {
  if (a === 0) return b === 0 ? '0%' : '';
  const by = ((b - a) / a) * 100;
  return `${signed(by, Math.round(Math.abs(by)))}%`;
}

const signed = (value: number, shown: number): string => (shown === 0 ? '0' : `${value < 0 ? MINUS : '+'}${shown}`);

/** `+153 ms, +61%` */
export function slower(a: number, b: number): string {
  const by = b - a;
  return by === 0 ? '0%' : `${by > 0 ? '+' : ''}${duration(by)}, ${relative(a, b)}`;
}

/** A title in the middle of a sentence. */
const within = (title: string): string => title[0].toLowerCase() + title.slice(1);

/** One sentence that says what the verdicts say. */
export function summary({ measures, operations }: Comparison): string {
  const titles = (verdict: Verdict): string[] => [
    ...measures.filter((each) => each.verdict === verdict).map(({ name }) => within(MEASURE_WORDS[name].title)),
    ...operations.filter((each) => each.verdict === verdict).map(({ name }) => `p95 of ${name}`),
  ];
  const worse = titles('worse');
  const better = titles('better');
  const parts = [
    ...(worse.length > 0 ? [`Worse: ${worse.join(', ')}.`] : []),
    ...(better.length > 0 ? [`Better: ${better.join(', ')}.`] : []),
  ];
  if (parts.length > 0) return parts.join(' ');
  const told = titles('alike').length > 0;
  return told ? 'No clear difference where there is enough to compare.' : 'There is too little of one of them to say.';
}
