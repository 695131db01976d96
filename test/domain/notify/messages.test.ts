import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { type Alert, thresholdAlerts } from '../../../lambda/domain/control/alert.ts';
import { renderAlert } from '../../../lambda/domain/control/message.ts';
import { rungAmount } from '../../../lambda/domain/control/rung.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { shellWord } from '../../../lambda/domain/notify/commands.ts';
import { foldAlerts, renderDigest } from '../../../lambda/domain/notify/digest.ts';
import { recipientOf } from '../../../lambda/domain/notify/recipient.ts';
import { runbookChapter } from '../../../lambda/domain/notify/runbook.ts';
import { renderUserMessage } from '../../../lambda/domain/notify/user-message.ts';
import { wants, webhookBody } from '../../../lambda/domain/notify/webhook-message.ts';
import { personName } from '../../../lambda/domain/notify/words.ts';
import type { RungAction } from '../../../lambda/domain/settings.ts';

const settings = settingsSchema.parse({
  mode: 'enforce',
  teams: { 'team/ml': { members: ['user/alice'], monthUsd: '100' } },
  userChannels: { emailPattern: '{name}@example.com' },
  helpContact: '#ai-platform',
});
const target = { stage: 'production', region: 'eu-central-1', account: '111122223333' };
const alert = (change: Partial<Alert> = {}): Alert => ({
  subject: 'user/alice',
  window: 'month:2026-11',
  id: '80%',
  kind: 'threshold',
  severity: 'warning',
  publish: true,
  together: ['50%', '80%'],
  spent: parseUsd('41.00'),
  limit: parseUsd('50.00'),
  at: '2026-11-22T12:00:00.000Z',
  enforcing: true,
  ...change,
});
const notice = (name: NonNullable<Alert['notice']>, change: Partial<Alert> = {}) =>
  alert({ kind: 'notice', notice: name, id: `${name}#own#1`, together: [], severity: 'critical', ...change });

test('an e-mail says who, how much, what drove it, when it runs out, what happens next and what to run', () => {
  const { subject, body } = renderAlert(
    alert({ consequence: 'restrict', runOut: '2026-11-25T09:00:00.000Z' }),
    settings,
    {
      models: [
        { model: 'anthropic.claude-opus-4-6-v1', spent: parseUsd('30') },
        { model: 'amazon.nova-pro-v1:0', spent: parseUsd('4') },
      ],
      target,
    },
  );

  expect(subject).toBe('Bedrock budget: user/alice reached 80% of November 2026 [production]');
  expect(body).toBe(`user/alice reached 80% of November 2026.
Stage production, account 111122223333, eu-central-1

Who:     user/alice
Spent:   $41.00 of $50.00 (82 %)
Window:  November 2026, ends Tue 1 December 2026, 00:00 UTC
Pace:    used up by Wed 25 November 2026, 09:00 UTC, if it goes on like this
Lately:  anthropic.claude-opus-4-6-v1 $30.00, amazon.nova-pro-v1:0 $4.00
When:    Sun 22 November 2026, 12:00 UTC
Crossed: 50%, 80%

Next: only economy models are allowed until the window ends.
Runbook: docs/runbook.md#overrides

To raise the limit until the window ends:
  budgeteer override extend user/alice --amount 25 --expires 2026-12-01T00:00:00.000Z --stage production --region eu-central-1 --reason "…"
To show:
  budgeteer status user/alice --stage production --region eu-central-1
To acknowledge:
  budgeteer alerts ack 'user/alice#month:2026-11#80%' --stage production --region eu-central-1 --reason "…"`);
});

test('an alert that leads to a suspension says what may still be spent, and no other does', () => {
  const bound = {
    ...{ rate: parseUsd('0.30'), seconds: 24, unseen: parseUsd('0.12'), concurrency: 2 },
    ...{ inFlight: parseUsd('0.10'), total: parseUsd('0.22') },
  };
  const rung = (threshold: string, actions: RungAction[]) => ({
    ...{ threshold, actions, amount: parseUsd('50'), severity: 'critical' as const },
  });
  const raised = (step: RungAction, enforcing: boolean, of = bound) => {
    const thresholds = [rung('100%', ['notify', step])];
    const windowStatus = {
      ...{ window: 'month:2026-11', kind: 'month' as const, spent: parseUsd('50.10'), limit: parseUsd('50') },
      crossed: thresholds,
    };
    const [told] = thresholdAlerts('user/alice', { windowStatus, thresholds }, alert().at, enforcing, of);
    return told && renderAlert(told, settings).body;
  };
  expect(raised('suspend', true)).toContain(
    'Bound:   up to $0.22 more before a deny bites (now $0.30 a minute for 24 s, and $0.10 in 2 calls under way)',
  );
  expect(raised('suspend', false)).not.toContain('Bound:');
  expect(raised('restrict', true)).not.toContain('Bound:');
  expect(raised('suspend', true, { ...bound, total: 0n })).not.toContain('Bound:');
});

test.each([
  ['day:2026-11-22', '--amount 25 --window day --expires 2026-11-23T00:00:00.000Z'],
  ['week:2026-W47', '--amount 25 --window week --expires 2026-11-23T00:00:00.000Z'],
  ['month:2026-11', '--amount 25 --expires 2026-12-01T00:00:00.000Z'],
])('the command to paste raises the limit that was reached: of %s', (window, options) => {
  expect(renderAlert(alert({ window }), settings).body).toContain(
    `override extend user/alice ${options} --reason`,
  );
});

test('a limit of some models is raised in the file, for an order raises whole windows', () => {
  const { body } = renderAlert(alert({ window: 'month:2026-11@anthropic.*' }), settings);

  expect(body).toContain('budget export > budgets.yaml');
  expect(body).not.toContain('override extend');
});

test('machines get the same as fields, and filters as attributes', () => {
  const { attributes, forms } = renderAlert(alert(), settings);

  expect(attributes).toEqual({
    severity: 'warning',
    scope: 'principal',
    subject: 'user/alice',
    principal: 'user/alice',
    team: 'team/ml',
    window: 'month:2026-11',
    kind: 'threshold',
    threshold: '80%',
  });
  expect(forms.json).toMatchObject({
    version: 1,
    type: 'alert',
    id: 'user/alice#month:2026-11#80%',
    team: 'team/ml',
    thresholds: ['50%', '80%'],
    spentUsd: '41.000000000',
    limitUsd: '50.000000000',
    percent: 82,
    runOutAt: null,
    latestModels: [],
  });
  expect(JSON.parse(JSON.stringify(forms.json))).toEqual(forms.json);
});

const nextSteps: [Partial<Alert>, string, string][] = [
  [{}, 'reached 80% of', 'nothing yet. Further thresholds follow.'],
  [{ consequence: 'no-premium' }, 'reached', 'the most expensive models are refused'],
  [{ consequence: 'suspend' }, 'reached', 'suspension. Raise the limit'],
  [{ consequence: 'suspend', subject: 'team/ml' }, 'team/ml reached', 'suspension of its members.'],
  [{ consequence: 'halt', subject: 'account' }, 'account reached', 'halt of all spending'],
  [{ consequence: 'suspend', enforcing: false }, 'reached', 'nothing is enforced here'],
  [notice('grace'), 'suspension follows after the grace period', 'only economy models'],
  [notice('suspended'), 'is suspended', 'override extend user/alice --amount 66'],
  [notice('restored'), 'is restored', 'nothing to do'],
  [notice('enforcement-failed'), 'could not be suspended', 'history user/alice'],
  [notice('unenforceable'), 'CANNOT be suspended', 'doctor'],
  [notice('unpriced'), 'price is not known', 'prices reprice --dry-run'],
  [notice('halted', { subject: 'account' }), 'is HALTED', 'override resume account'],
  [notice('resumed', { subject: 'account' }), 'is resumed', 'Whoever is held for another cause stays held'],
  [notice('override-applied'), 'operator override', 'audit trail'],
  [notice('override-refused'), 'override was refused', 'nothing was changed'],
  [notice('override-expired'), 'override that has ended', 'the budget decides again'],
  [notice('approval-needed'), 'second operator', 'approve or reject it'],
  [notice('leak'), 'spends although it is denied', 'deny by hand'],
  [{ ...notice('drift'), severity: 'warning' }, 'changed by someone else', 'made to match again'],
  [notice('drift'), 'changed by someone else', 'nothing is put back by itself'],
  [notice('early-stop'), 'stopped below its limit', 'override extend user/alice --amount 25'],
  [notice('velocity'), 'many times what is usual', 'economy models go on'],
  [notice('single-request'), 'single call', 'nothing is stopped for one call'],
  [notice('forecast'), 'on track to exceed', 'nothing is stopped for a forecast'],
];
const labelled = nextSteps.map(([change, ...rest]) => {
  const { notice: name, consequence = 'no action', subject = 'user/alice' } = change;
  return [name ?? `${consequence} for ${subject}`, change, ...rest] as const;
});

test('whatever was crossed, the amount to paste lies above what was spent, once it is added', () => {
  const dollars = fc.integer({ min: 1, max: 10_000 }).map((n) => parseUsd(`${n}`));
  const rung = fc.oneof(
    fc.integer({ min: 1, max: 200 }).map((share) => `${share}%`),
    fc.integer({ min: 1, max: 5_000 }).map((amount) => `${amount} USD`),
  );
  fc.assert(
    fc.property(dollars, rung, fc.integer({ min: 0, max: 3_000 }), (limit, id, beyond) => {
      const spent = rungAmount(id, limit) + parseUsd(`${beyond}`);
      const { body } = renderAlert(alert({ id, limit, spent }), settings);
      const added = parseUsd(/--amount (\d+)/.exec(body)?.[1] ?? '');
      expect(rungAmount(id, limit + added, added)).toBeGreaterThan(spent);
    }),
  );
});

test('each chapter that a message names is in the runbook', () => {
  const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');
  for (const each of labelled) expect(runbook).toContain(`\n## ${runbookChapter(each[1])}\n`);
  expect(renderAlert(alert(), { ...settings, runbookUrl: 'https://wiki.example.com/rb' }).body).toContain(
    'Runbook: https://wiki.example.com/rb#overrides',
  );
});

test('a session is called by its name, with the permission set behind it, however long its role is called', () => {
  const role = `role/AWSReservedSSO_${'Developers'}_0123456789abcdef`;
  const { subject, body } = renderAlert(alert({ subject: `${role}/bob@example.com` }), settings, { target });
  expect(subject).toBe(
    'Bedrock budget: bob@example.com (Developers) reached 80% of November 2026 [production]',
  );
  expect(body).toContain(`Who:     ${role}/bob@example.com`);
  expect(personName('role/App/worker-1')).toBe('worker-1 (role App)');
});

test.each(labelled)('%s: headline and next step', (_, change, head, next) => {
  const { subject, body, forms } = renderAlert(alert(change), settings);

  expect(subject).toContain(head);
  expect(body).toContain(next);
  expect(body).toContain('budgeteer status ');
  expect(subject.length).toBeLessThanOrEqual(100);
  expect(forms.sms.length).toBeLessThanOrEqual(140);
});

test('long and foreign names fit into a subject and an SMS, and become no shell command', () => {
  const subject = `team/${'ü'.repeat(90)}; rm -rf ~`;
  const { subject: line, body, forms } = renderAlert(alert({ subject }), settings);

  expect(line).toMatch(/^[\x20-\x7e]{1,100}$/);
  expect(forms.sms).toMatch(/^[\x20-\x7e]{1,140}$/);
  expect(body).toContain(`status '${subject}'`);
  expect(shellWord("team/o'hara")).toBe(`'team/o'\\''hara'`);
});

const told = (change: Partial<Alert>) =>
  renderUserMessage(alert(change), settings, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);

test.each<[string, Partial<Alert>, string, readonly string[]]>([
  [
    'a warning',
    {},
    'you have reached 80%',
    ['$41.00 of $50.00 (82 %)', 'Everything works as before', 'ask #ai-platform'],
  ],
  [
    'a restriction',
    { id: '90%', consequence: 'restrict' },
    'reached 90%',
    ['Still allowed: a, b, c, d, e and 2 more.'],
  ],
  ['the last one', { id: '100%', consequence: 'suspend' }, 'reached 100%', ['about to be suspended']],
  ['shadow mode', { consequence: 'suspend', enforcing: false }, 'reached', ['nothing is blocked']],
  [
    'a suspension',
    notice('suspended', { detail: 'Over budget.' }),
    'you are suspended',
    ['Why:     Over budget.'],
  ],
  [
    'a suspension that somebody ordered',
    notice('suspended', { detail: 'user/ops ordered it: a leaked key.', heldUntil: 'lifted' }),
    'you are suspended',
    ['Until:   someone ends it', 'Why:     user/ops ordered it: a leaked key.', 'ask #ai-platform'],
  ],
  [
    'one with an end',
    notice('suspended', { heldUntil: '2026-11-23T08:00:00Z' }),
    'you are suspended',
    ['Until:   Mon 23 November 2026, 08:00 UTC'],
  ],
  [
    'being slowed down',
    notice('velocity', { consequence: 'restrict' }),
    'you suddenly spend many times what is usual',
    ['Only economy models work', 'Still allowed: a, b, c, d, e and 2 more.'],
  ],
  ['the way back', notice('restored'), 'you can use Amazon Bedrock again', ['There is nothing to do.']],
])('a person hears in the second person of %s', (_, change, head, parts) => {
  const message = told(change);

  expect(message?.subject).toContain(`Your Amazon Bedrock budget: `);
  expect(message?.subject).toContain(head);
  for (const part of parts) expect(message?.body).toContain(part);
  expect(message?.attributes).toMatchObject({ principal: 'user/alice', recipient: 'alice@example.com' });
});

test('a person hears nothing of what is for admins, of pools, or where the stage does not want it', () => {
  expect(told(notice('leak'))).toBeUndefined();
  expect(told(notice('velocity'))).toBeUndefined();
  expect(told({ subject: 'team/ml' })).toBeUndefined();
  expect(renderUserMessage(alert(), { ...settings, userChannels: undefined }, [])).toBeUndefined();
});

test.each([
  ['user/alice', 'alice@example.com'],
  ['111122223333:user/alice', 'alice@example.com'],
  ['role/AWSReservedSSO_Dev_0123456789abcdef/ann@corp.example', 'ann@corp.example'],
  ['role/App/worker-1', 'worker-1@example.com'],
  ['role/App', undefined],
  ['root', undefined],
])('%s reads mail at %s', (principal, address) => {
  expect(recipientOf(principal, { emailPattern: '{name}@example.com' })).toBe(address);
});

test.each([
  ['user/alice', 'ml-alerts', 'ml-alerts'],
  ['user/ann@corp.example', 'boss@corp.example', 'boss@corp.example'],
  ['role/App', 'app-owners@corp.example', 'app-owners@corp.example'],
  ['role/App/worker-1', 'app-owners@corp.example', 'app-owners@corp.example'],
  // The role's tag is that of all its sessions, this address of one person.
  ['role/App/ann@corp.example', 'app-owners@corp.example', 'ann@corp.example'],
])('a tag leads the warnings of %s, %s, to %s', (principal, contact, recipient) => {
  expect(recipientOf(principal, { emailPattern: '{name}@example.com' }, contact)).toBe(recipient);
  expect(told({ subject: principal, contact })?.attributes.recipient).toBe(recipient);
});

test('a digest counts kinds and names the most severe and most expensive', () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    alert({
      subject: `user/u${index}`,
      spent: parseUsd(`${index}`),
      severity: index === 3 ? 'warning' : 'info',
    }),
  );
  const digest = foldAlerts(many, 'alerts', 'id', '2026-11-22T12:00:00.000Z');
  const { subject, body, forms } = renderDigest(digest, target);

  expect(digest).toMatchObject({ count: 40, kinds: { '80%': 40 } });
  expect(digest.top.map(({ alert: name }) => name).slice(0, 2)).toEqual([
    'user/u3#month:2026-11#80%',
    'user/u39#month:2026-11#80%',
  ]);
  expect(subject).toBe('Bedrock budgets: 40 more alerts at once (warning)');
  expect(body).toContain('What: 40 x 80%');
  expect(body).toContain('\n  budgeteer alerts list --stage production --region eu-central-1');
  expect(forms.sms.length).toBeLessThanOrEqual(140);
});

test('a webhook is told what is loud enough and within its scopes', () => {
  const hook = { minSeverity: 'warning', scopes: ['account'] } as const;

  expect(wants({ ...hook, scopes: ['account'] }, { severity: 'critical', scope: 'account' })).toBe(true);
  expect(wants({ ...hook, scopes: ['account'] }, { severity: 'info', scope: 'account' })).toBe(false);
  expect(wants({ ...hook, scopes: ['account'] }, { severity: 'critical', scope: 'principal' })).toBe(false);
  expect(wants({ ...hook, scopes: ['account'] }, { severity: 'critical', scope: undefined })).toBe(true);
});

test('Slack gets text that mentions nobody and opens no link', () => {
  const message = {
    subject: 'a <!channel>',
    body: '```<http://x|y> & z',
    severity: 'critical',
    json: { a: 1 },
  };
  const job = { webhook: 'ops', subject: 's', sortKey: 'k', message };
  const slack = webhookBody('slack', job);

  expect(slack).not.toContain('<');
  expect(JSON.parse(slack).text).toBe(':rotating_light: a &lt;!channel&gt;');
  expect(JSON.parse(slack).blocks[1].text.text).toBe("```'''&lt;http://x|y&gt; &amp; z```");
  expect(webhookBody('json', job)).toBe('{"a":1}');
});
