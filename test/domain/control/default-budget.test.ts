import { type SettingsInput, settingsSchema } from '../../../lambda/contracts/settings.ts';
import { specFor } from '../../../lambda/domain/control/budget.ts';
import { countedWindows } from '../../../lambda/domain/control/counted-windows.ts';
import { defaultBudget, type PrincipalFacts } from '../../../lambda/domain/control/default-budget.ts';

const settings = (defaults: SettingsInput['defaults'] = {}) =>
  settingsSchema.parse({
    mode: 'shadow',
    budgets: { 'user/own': { monthUsd: '7' } },
    defaults,
  });
const full = settings({
  kinds: {
    user: { monthUsd: '20' },
    apiKey: { dayUsd: '1' },
    role: { monthUsd: '200' },
    session: { monthUsd: '40' },
  },
  teams: { 'team/ml': { weekUsd: '30' } },
  tiers: { small: { monthUsd: '10' }, large: { monthUsd: '500' } },
});

describe('the default of a principal', () => {
  it.each<[string, string, PrincipalFacts, object, string]>([
    ['its tier’s', 'user/ann', { team: 'team/ml', tier: 'small' }, { monthUsd: '10' }, 'tier'],
    ['its team’s without a tier', 'user/ann', { team: 'team/ml' }, { weekUsd: '30' }, 'team'],
    [
      'its team’s where nobody knows the tier',
      'user/ann',
      { team: 'team/ml', tier: 'huge' },
      { weekUsd: '30' },
      'team',
    ],
    [
      'its kind’s where the team has none',
      'user/ann',
      { team: 'team/ops', tier: 'constructor' },
      { monthUsd: '20' },
      'kind',
    ],
    ['that of roles', 'role/App', {}, { monthUsd: '200' }, 'kind'],
    ['that of sessions', 'role/App/ann@example.com', {}, { monthUsd: '40' }, 'kind'],
    ['that of API keys', 'user/BedrockAPIKey-x1y2', {}, { dayUsd: '1' }, 'kind'],
    ['that of its kind in another account', '999988887777:role/App/ann', {}, { monthUsd: '40' }, 'kind'],
    ['the stage’s for root', 'root', {}, { monthUsd: '50.00' }, 'stage'],
    ['the stage’s for the federated', 'federated/bob', {}, { monthUsd: '50.00' }, 'stage'],
  ])('is %s: %s', (_, principal, facts, spec, from) => {
    expect(defaultBudget(principal, facts, full)).toEqual({ spec, from });
  });

  it('of an API key is that of users, where it has none of its own; a session’s is never its role’s', () => {
    const some = settings({ kinds: { user: { monthUsd: '20' }, role: { monthUsd: '200' } } });
    expect(defaultBudget('user/BedrockAPIKey-x1y2', {}, some).spec).toEqual({ monthUsd: '20' });
    expect(defaultBudget('role/App/ann', {}, some).from).toBe('stage');
  });

  it('is outranked by its own, and that by an operator’s', () => {
    const facts = { team: 'team/ml', tier: 'small' };
    expect(specFor('user/own', undefined, full, facts)).toEqual({ monthUsd: '7' });
    expect(specFor('user/own', { dayUsd: '3' }, full, facts)).toEqual({ dayUsd: '3' });
    expect(specFor('user/ann', undefined, full, facts)).toEqual({ monthUsd: '10' });
  });

  it('without any is the stage’s, as before', () => {
    expect(defaultBudget('user/ann', { team: 'team/ml', tier: 'small' }, settings()).from).toBe('stage');
    expect(countedWindows('user/ann', undefined, settings())).toEqual({ kinds: ['month'], models: [] });
  });
});

describe('what someone without a budget of its own counts in', () => {
  const counted = (defaults: Parameters<typeof settings>[0], subject = 'user/ann') =>
    countedWindows(subject, undefined, settings(defaults));

  it('is all that any default gives, since a tag may change within a window', () => {
    expect(countedWindows('user/ann', undefined, full)?.kinds).toEqual(['day', 'week', 'month']);
    expect(counted({ tiers: { small: { weekUsd: '1' } } })?.kinds).toEqual(['week', 'month']);
  });

  it('is so for limits of single models, too', () => {
    const models = { 'anthropic.*': { dayUsd: '1' } };
    const tiers = { small: { monthUsd: '5', models } };
    expect(counted({ tiers })?.models).toEqual([{ pattern: 'anthropic.*', kind: 'day' }]);
    // One with a budget of its own has that, whatever its tags say.
    expect(counted({ tiers }, 'user/own')?.models).toEqual([]);
  });
});
