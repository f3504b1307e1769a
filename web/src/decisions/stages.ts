/** Span names in words. Any other name stays as it is. */
const WORDS: Record<string, string> = {
  'agent.decision_cycle': 'Decision cycle',
  'pf.agent.marker': 'Agent changed',
  'pf.monitor.run': 'Job',
  'pf.wallet.balance_check': 'Balance check',
  'pf.wallet.quote': 'Quote',
  'pf.wallet.send': 'Transfer',
  'pf.wallet.swap': 'Swap',
  'pf.signal.analysis': 'Signal analysis',
  'pf.market.read': 'Market data',
  'pf.trade.positions': 'Positions',
  'pf.trade.list': 'Orders listed',
  'pf.trade.read': 'Order read',
  'pf.trade.cancel': 'Order cancelled',
  'pf.trade.confirmation_poll': 'Waiting for the fill',
  'pf.trade.reconcile': 'Looking for the order',
  'order.pipeline': 'Order',
  'signal.validate': 'Signal validation',
  'risk.check': 'Risk check',
  'order.size': 'Sizing',
  'order.submit': 'Order sent',
  'order.confirm': 'Order confirmed',
  'pf.trade.execute': 'Order',
  'pf.trade.close': 'Close position',
  'pf.escrow.create': 'Escrow created',
  'pf.escrow.complete': 'Escrow completed',
  'pf.escrow.release': 'Escrow released',
  'pf.escrow.dispute': 'Escrow disputed',
  'pf.escrow.list': 'Escrows listed',
  'pf.escrow.read': 'Escrow read',
  'pf.escrow.reconcile': 'Looking for the escrow',
  'pf.casino.bet': 'Bet',
  'pf.casino.batch': 'Bets',
  'pf.casino.history': 'Bets listed',
  'pf.casino.reconcile': 'Looking for the bet',
  'pf.faucet.register': 'Account opened',
  'pf.faucet.claim': 'Faucet claim',
  'pf.domain.search': 'Domain search',
  'pf.domain.check': 'Domain check',
  'pf.domain.register': 'Domain registered',
  'pf.domain.list': 'Domains listed',
  'pf.domain.bid': 'Domain bid',
  'pf.domain.reconcile': 'Looking for the domain',
  'agent_a.create_task': 'Task handed over',
  'agent_b.task_execution': 'Task taken over',
};

/** By OpenTelemetry's GenAI conventions: the operation, then what it is about. */
const OPERATIONS: readonly (readonly [operation: string, word: string])[] = [
  ['chat ', 'Model'],
  ['invoke_agent ', 'Agent'],
  ['execute_tool ', 'Tool'],
];

export function stageWord(name: string): string {
  if (Object.hasOwn(WORDS, name)) return WORDS[name];
  const found = OPERATIONS.find(([operation]) => name.startsWith(operation));
  return found ? `${found[1]} ${name.slice(found[0].length)}` : name;
}

/** What a decision did besides trading, and is named after. */
const ACTS: ReadonlySet<string> = new Set([
  'pf.casino.bet',
  'pf.casino.batch',
  'pf.domain.register',
  'pf.domain.bid',
  'pf.wallet.send',
  'pf.wallet.swap',
  'pf.faucet.claim',
]);

export const isAct = (name: string): boolean => ACTS.has(name);
