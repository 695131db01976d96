import { type SettingsInput, settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { type Deployment, openDeployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { operatorCredentials } from '../../../../scripts/local/local-clients.ts';
import { LocalStack, type LocalStackOptions } from '../../../../scripts/local/stack.ts';

export const now = new Date('2026-11-22T12:00:00Z');

/** Nobody may spend much, so that a few calls lead through the whole story. */
export const tightSettings = {
  mode: 'enforce',
  defaultBudget: { monthUsd: '0.10' },
  budgets: { 'user/configured': { dayUsd: '2.00', monthUsd: '20.00' } },
  teams: { 'team/ml': { members: ['user/bob'], monthUsd: '100.00' } },
} satisfies SettingsInput;

/** The product on this machine, and the deployment that an operator's commands see in it. */
export async function startOperated(
  options: Partial<Omit<LocalStackOptions, 'settings'>> = {},
): Promise<{ stack: LocalStack; deployment: Deployment }> {
  const stack = await LocalStack.start({ settings: tightSettings, now, chaos: false, ...options });
  return { stack, deployment: deploymentOf(stack) };
}

export const deploymentOf = (stack: LocalStack, sleep?: Deployment['sleep']): Deployment =>
  openDeployment({
    aws: { region: 'us-east-1', endpoint: stack.url, credentials: operatorCredentials },
    stage: 'local',
    settings: settingsSchema.parse(tightSettings),
    clock: () => stack.now(),
    sleep,
  });
