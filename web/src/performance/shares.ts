/** Where the time of decisions went: in words, and as the segments of a bar. */
import { duration, percent } from '../format';
import type { Stage, StageName, TimeGroup } from './api';

/** Waiting for Purple Flea first, then the agent's own work: the border between them is the answer. */
export const NETWORK: readonly StageName[] = ['balance', 'venue', 'order', 'confirmation'];
const OWN: readonly StageName[] = ['signal', 'risk', 'other', 'self'];
export const ORDER: readonly StageName[] = [...NETWORK, ...OWN];

export const STAGE_WORDS: Record<StageName, string> = {
  balance: 'Balance',
  venue: 'Other calls',
  order: 'Order request',
  confirmation: 'Confirmation',
  signal: 'Model',
  risk: 'Risk and size',
  other: 'Other stages',
  self: 'Between stages',
};

export const timeKey = ({ agent, release }: Pick<TimeGroup, 'agent' | 'release'>): string =>
  agent === null ? 'others' : `${agent}@${release ?? ''}`;

const byName = (stages: readonly Stage[]): Map<StageName, Stage> => new Map(stages.map((each) => [each.stage, each]));

/** The stages in the order of the bar, without those that nothing went through. */
export function segments(stages: readonly Stage[]): Stage[] {
  const found = byName(stages);
  return ORDER.flatMap((name) => {
    const stage = found.get(name);
    return stage && stage.total_ns > 0 ? [stage] : [];
  });
}

const shareOf = (group: TimeGroup, names: readonly StageName[]): number => {
  const found = byName(group.stages);
  return names.reduce((sum, name) => sum + (found.get(name)?.share ?? 0), 0);
};

export const networkShare = (group: TimeGroup): number => shareOf(group, NETWORK);
export const modelShare = (group: TimeGroup): number => shareOf(group, ['signal']);

/** A share that is there is never shown as none of it. */
export const shareText = (share: number): string => (share > 0 && share < 0.005 ? '<1%' : percent(share, 1));

/** The model or the network? In one sentence, about everything that the range holds. */
export function verdict(total: TimeGroup): string {
  const network = networkShare(total);
  const model = modelShare(total);
  const [most, its, least, theirs] =
    network >= model ? ['the network', network, 'the model', model] : ['the model', model, 'the network', network];
  if (its === 0) return 'Decisions spent no time on the network or in a model.';
  if (theirs === 0) return `${capital(most)}: ${shareText(its)} of the time of a decision.`;
  const close = its - theirs < 0.1;
  const words = `${shareText(its)} of the time of a decision`;
  if (close) return `Both alike: ${most} takes ${words}, ${least} ${shareText(theirs)}.`;
  return `${capital(most)}: ${words}; ${least} takes ${shareText(theirs)}.`;
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** `Order request 24%, p50 240 ms, p95 1.2 s` */
export function segmentTip({ stage, share, p50_ns, p95_ns }: Stage): string {
  return `${STAGE_WORDS[stage]} ${shareText(share)}, p50 ${duration(p50_ns)}, p95 ${duration(p95_ns)}`;
}
