/** Inputs and outputs of the state machines and of the Lambda tasks in them. */

/** Why a principal is held. Each cause is its own hold: whoever adds one removes only that one. */
export const causes = ['own', 'team', 'account', 'velocity', 'manual'] as const;
export type Cause = (typeof causes)[number];
