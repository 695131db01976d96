import type { Rung } from './rung.ts';
import type { Scope } from './subject.ts';

const ladderOfPrincipals: readonly Rung[] = [
  { threshold: '50%', actions: ['notify'] },
  { threshold: '80%', actions: ['notify'] },
  { threshold: '90%', actions: ['notify', 'restrict'] },
  { threshold: '95%', actions: ['notify'] },
  { threshold: '100%', actions: ['notify', 'suspend'] },
];

/** What a budget without thresholds of its own does, by the kind of its subject: alerts, economy models at 90 %, suspension, halt. */
export const defaultLadders: Readonly<Record<Scope, readonly Rung[]>> = {
  principal: ladderOfPrincipals,
  role: ladderOfPrincipals,
  team: [
    { threshold: '50%', actions: ['notify'] },
    { threshold: '80%', actions: ['notify'] },
    { threshold: '90%', actions: ['notify'] },
    { threshold: '95%', actions: ['notify'] },
    { threshold: '100%', actions: ['notify', 'suspend'] },
  ],
  account: [
    { threshold: '80%', actions: ['notify'] },
    { threshold: '90%', actions: ['notify'] },
    { threshold: '95%', actions: ['notify', 'restrict'] },
    { threshold: '100%', actions: ['notify', 'halt'] },
  ],
};
