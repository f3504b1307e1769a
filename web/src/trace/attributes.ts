/** The panel's groups: which attributes belong together, in which order, and what people call them. */
import { bps, confidence, duration, quantity, shortId, usd } from '../format';
import type { Attribute, Value } from '../api/types';
import { plainText, shownText } from './value';

export const GROUPS = ['Money', 'Model', 'Timing', 'Linked', 'Identity', 'HTTP', 'Other'] as const;
export type Group = (typeof GROUPS)[number];

export interface Entry {
  attribute: Attribute;
  /** The words for a known key, else the key. */
  label: string;
  /** As people read it; the exact value is one click away. */
  shown: string;
  /** Keys and ids are set in the mono face. */
  mono: boolean;
}

type Reading = (value: Value) => string;
type Known = readonly [key: string, label: string, read?: Reading | 'id'];

const dollars: Reading = (value) => usd(plainText(value));
const signed: Reading = (value) => usd(plainText(value), { sign: true });
const amount: Reading = (value) => quantity(plainText(value));
const points: Reading = (value) => (value.type === 'double' && typeof value.value === 'number' ? `${bps(value.value)} bps` : '');
const likely: Reading = (value) => (value.type === 'double' && typeof value.value === 'number' ? confidence(value.value) : '');
const inUnits =
  (ns: number): Reading =>
  (value) =>
    duration(Number(plainText(value)) * ns);

/** In the order they are shown. */
const KNOWN: Record<Exclude<Group, 'HTTP' | 'Other'>, readonly Known[]> = {
  Money: [
    ['pf.pnl_usd', 'P&L, gross', signed],
    ['pf.fee_usd', 'Fee', dollars],
    ['pf.amount_usd', 'Amount', dollars],
    ['pf.released_amount', 'Released', dollars],
    ['pf.size_usd', 'Size', dollars],
    ['pf.asset', 'Asset'],
    ['pf.side', 'Side'],
    ['pf.order_type', 'Order type'],
    ['pf.order.state', 'Order state'],
    ['pf.quantity', 'Quantity', amount],
    ['pf.fill_quantity', 'Filled', amount],
    ['pf.expected_price', 'Expected', dollars],
    ['pf.limit_price', 'Limit price', dollars],
    ['pf.fill_price', 'Fill price', dollars],
    ['pf.entry_price', 'Entry price', dollars],
    ['pf.exit_price', 'Exit price', dollars],
    ['pf.slippage_bps', 'Slippage', points],
    ['pf.fill_rate', 'Fill rate', amount],
    ['pf.fee_pct', 'Fee rate, %', amount],
    ['pf.escrow_status', 'Escrow status'],
    ['pf.balance_usd', 'Balance', dollars],
    ['pf.signal_type', 'Signal'],
    ['pf.signal_confidence', 'Confidence', likely],
    ['pf.action', 'Action'],
    ['pf.valid', 'Valid'],
    ['pf.z_score', 'z-score', amount],
    ['pf.iv', 'Implied volatility', amount],
    ['pf.rv', 'Realised volatility', amount],
    ['pf.risk.check', 'Risk check'],
    ['pf.risk.passed', 'Passed'],
    ['pf.risk.value', 'Measured', amount],
    ['pf.risk.limit', 'Limit', amount],
    ['pf.cycle_outcome', 'Outcome'],
    ['pf.cycle_reason', 'Reason'],
    ['pf.pipeline_outcome', 'Pipeline ended'],
    ['pf.game', 'Game'],
    ['pf.bet_size', 'Stake', dollars],
    ['pf.bet_outcome', 'Bet ended'],
    ['pf.payout_usd', 'Payout', dollars],
    ['pf.bets_count', 'Bets'],
    ['pf.bets_failed', 'Bets refused'],
    ['pf.credited_usd', 'Credited', dollars],
    ['pf.domain_name', 'Domain'],
    ['pf.cost_usd', 'Cost', dollars],
    ['pf.bid_usd', 'Bid', dollars],
    ['pf.to_asset', 'Into'],
    ['pf.received', 'Received', amount],
  ],
  Model: [
    ['gen_ai.operation.name', 'Operation'],
    ['gen_ai.agent.name', 'Agent'],
    ['gen_ai.tool.name', 'Tool'],
    ['gen_ai.tool.call.id', 'Call', 'id'],
    ['gen_ai.provider.name', 'Provider'],
    ['gen_ai.request.model', 'Model'],
    ['gen_ai.response.model', 'Answered by'],
    ['gen_ai.usage.input_tokens', 'Tokens in', amount],
    ['gen_ai.usage.output_tokens', 'Tokens out', amount],
    ['pf.model_cost_usd', 'Cost', dollars],
    ['gen_ai.response.finish_reasons', 'Stopped by'],
  ],
  Timing: [
    ['pf.api_latency_ms', 'API latency', inUnits(1e6)],
    ['pf.model_latency_ms', 'Model latency', inUnits(1e6)],
    ['pf.hold_duration_s', 'Held for', inUnits(1e9)],
    ['pf.cache_age_s', 'Age of cache', inUnits(1e9)],
    ['pf.timeout_hours', 'Timeout, hours'],
    ['pf.poll_count', 'Polls'],
    ['pf.timestamp', 'Market data of'],
    ['pf.monitor.schedule', 'Schedule'],
  ],
  Linked: [
    ['pf.order_id', 'Order', 'id'],
    ['pf.position_id', 'Position', 'id'],
    ['pf.escrow_id', 'Escrow', 'id'],
    ['pf.counterparty', 'Counterparty'],
    ['pf.requester_agent_id', 'Requested by'],
    ['pf.wallet_id', 'Wallet', 'id'],
    ['pf.bet_id', 'Bet', 'id'],
    ['pf.claim_id', 'Claim', 'id'],
    ['pf.domain_id', 'Domain', 'id'],
    ['pf.auction_id', 'Auction', 'id'],
    ['pf.bid_id', 'Bid', 'id'],
    ['pf.tx_hash', 'Transaction', 'id'],
    ['pf.account_id', 'Account', 'id'],
    ['pf.cycle_id', 'Cycle', 'id'],
    ['sentry.event_id', 'Sentry event', 'id'],
  ],
  Identity: [
    ['pf.agent_id', 'Agent id'],
    ['pf.strategy', 'Strategy'],
    ['pf.release', 'Release'],
    ['pf.environment', 'Environment'],
    ['pf.region', 'Region'],
    ['pf.services', 'Services'],
    ['pf.market', 'Market'],
    ['pf.monitor.slug', 'Job'],
    ['pf.monitor.status', 'Job ended'],
    ['pf.marker.kind', 'Changed'],
    ['pf.marker.change', 'From and to'],
  ],
};

const PLACE = new Map<string, { group: Group; rank: number; label: string; read: Reading | 'id' | undefined }>();
for (const [group, known] of Object.entries(KNOWN) as [Group, readonly Known[]][]) {
  known.forEach(([key, label, read], rank) => PLACE.set(key, { group, rank, label, read }));
}

const HTTP = /^(http|url|server|client|network|user_agent)\.|^pf\.(service|http_status|error\.code)$/;
const MODEL = 'gen_ai.';
const IDENTITY = /^(service|deployment|cloud|host|process|telemetry|k8s|container)\./;

function groupOf(key: string): Group {
  const place = PLACE.get(key);
  if (place) return place.group;
  if (HTTP.test(key)) return 'HTTP';
  if (key.startsWith(MODEL)) return 'Model';
  return IDENTITY.test(key) ? 'Identity' : 'Other';
}

/** Every attribute in exactly one group: known ones first and in their order, the rest as they came. */
export function grouped(attributes: readonly Attribute[]): Map<Group, Entry[]> {
  const groups = new Map<Group, Entry[]>(GROUPS.map((group) => [group, []]));
  for (const attribute of attributes) groups.get(groupOf(attribute.key))?.push(entryOf(attribute));
  const rank = ({ attribute }: Entry): number => PLACE.get(attribute.key)?.rank ?? Infinity;
  for (const entries of groups.values()) entries.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
  return groups;
}

/** Ids that would take two lines; the whole id is one click away. */
const shortened = (id: string): string => (id.length > 24 ? shortId(id, 8) : id || '""');

function entryOf(attribute: Attribute): Entry {
  const place = PLACE.get(attribute.key);
  const read = place?.read;
  const number = attribute.value.type === 'double' || attribute.value.type === 'int';
  // A reading is for numbers; a value of another type under a known key is shown as what it is.
  const words = typeof read === 'function' && number ? read(attribute.value) : '';
  return {
    attribute,
    label: place?.label ?? attribute.key,
    shown: words || (read === 'id' ? shortened(plainText(attribute.value)) : shownText(attribute.value)),
    mono: read === 'id' || attribute.value.type === 'bytes',
  };
}
