import { protectedPath } from '../control/iam-target.ts';
import type { IamEventOf, Named } from './iam-event.ts';

/** Roles that these assume exist to call models: agents, flows, knowledge bases, AgentCore. */
const bedrockServices = ['bedrock.amazonaws.com', 'bedrock-agentcore.amazonaws.com'];

/**
 * Whether a new principal gets its budget at once. Users do, whatever they are for: there are few, and any may be given
 * a Bedrock API key. Of roles only those do that Bedrock itself assumes. An account makes roles by the thousand, and most
 * never call a model: they are met at their first call. Whatever AWS or the break-glass path reserves is never onboarded.
 */
export function isWorthKnowing({ target, path, trusts }: IamEventOf<'principal-created'>): boolean {
  if (isReservedPrincipal(target, path)) return false;
  return target.type === 'user' || trusts.some((service) => bedrockServices.includes(service));
}

export const isReservedPrincipal = ({ type, name }: Named, path: string): boolean =>
  protectedPath(path) !== undefined || (type === 'role' && name.startsWith('AWSServiceRoleFor'));
