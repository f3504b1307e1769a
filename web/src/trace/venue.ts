/** Which spans were recorded by the venue and not by an agent: they get the last lane, in grey. */
import type { Attribute } from '../api/types';

/** The venue's services go by its name, and their resource names no agent. */
export function isVenue(service: string, resource: readonly Attribute[]): boolean {
  if (!/^purple[-_ ]?flea(?![-_ ]agent)/i.test(service)) return false;
  return !resource.some((attribute) => attribute.key === 'pf.agent_id');
}
