/** Span names of the guides' tree, in words. Any other name stays as it is. */
const WORDS: Record<string, string> = {
  'pf.wallet.balance_check': 'Balance check',
  'pf.signal.analysis': 'Signal analysis',
  'pf.market.read': 'Market data',
  'pf.trade.positions': 'Positions',
  'order.pipeline': 'Order',
  'signal.validate': 'Signal validation',
  'risk.check': 'Risk check',
  'order.size': 'Sizing',
  'pf.trade.execute': 'Order',
  'pf.trade.close': 'Close position',
  'pf.escrow.create': 'Escrow created',
  'pf.escrow.complete': 'Escrow completed',
  'pf.escrow.release': 'Escrow released',
  'pf.escrow.dispute': 'Escrow disputed',
  'pf.escrow.list': 'Escrows listed',
  'pf.escrow.read': 'Escrow read',
  'agent_a.create_task': 'Task handed over',
  'agent_b.task_execution': 'Task taken over',
};

export const stageWord = (name: string): string => WORDS[name] ?? name;
