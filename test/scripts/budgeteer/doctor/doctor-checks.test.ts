import { policyHash } from '../../../../lambda/domain/deny-policies/policy-hash.ts';
import { type FoundPolicy, mayCallBedrock } from '../../../../scripts/budgeteer/doctor/bedrock-callers.ts';
import { type AccountFacts, findingsOfAccount } from '../../../../scripts/budgeteer/doctor/check-account.ts';
import { checkDeployed } from '../../../../scripts/budgeteer/doctor/check-deployed.ts';
import type { DeployedFacts } from '../../../../scripts/budgeteer/doctor/deployed-facts.ts';
import { findTrails } from '../../../../scripts/budgeteer/doctor/find-trails.ts';
import { type DoctorFinding, seen } from '../../../../scripts/budgeteer/doctor/finding.ts';

const unseen = { seen: false, why: 'AccessDenied: not allowed' } as const;
const told = (findings: readonly DoctorFinding[], check: string) =>
  findings.filter((finding) => finding.check === check).map(({ verdict, saw }) => `${verdict}: ${saw}`);

const healthy: DeployedFacts = {
  now: new Date('2026-11-22T12:00:00Z'),
  stage: 'production',
  mode: 'enforce',
  otherModes: [],
  paused: seen(undefined),
  stacks: seen({ 'bedrock-budgeteer-production-security': 'UPDATE_COMPLETE' }),
  parts: seen({ table: true, queue: true }),
  logging: seen({
    cloudWatchConfig: { logGroupName: '/group', roleArn: 'role' },
    s3Config: { bucketName: 'bucket' },
    textDataDeliveryEnabled: false,
    imageDataDeliveryEnabled: false,
    embeddingDataDeliveryEnabled: false,
    videoDataDeliveryEnabled: false,
    audioDataDeliveryEnabled: false,
  }),
  logGroup: '/group',
  subscribers: seen(['arn:aws:lambda:us-east-1:1:function:bedrock-budgeteer-production-ingest']),
  announces: seen(true),
  topics: seen([{ name: 'critical', confirmed: 1, pending: 0 }]),
  rules: seen([{ name: 'EachMinute', schedule: 'rate(1 minute)', enabled: true }]),
  wantedRules: ['EachMinute'],
  queues: seen({ waiting: 0, deadLetters: 0 }),
  lag: seen({ ingest: 12, evaluate: undefined }),
  alarms: seen([]),
  policies: seen({ Halt: { found: 'x', expected: 'x' } }),
  denies: seen({ carried: ['user/alice'], wanted: ['user/alice'] }),
  troubled: seen([]),
  tamperers: seen([]),
  pricesOf: '2026-11-01',
};

describe('doctor, after a deployment', () => {
  it('finds nothing to do where all is well', () => {
    expect(checkDeployed(healthy).map(({ verdict }) => verdict)).toEqual(Array(16).fill('ok'));
  });

  it.each<[string, string, Partial<DeployedFacts>, RegExp]>([
    ['shadow mode', 'mode', { mode: 'shadow' }, /^attention: .*shadow mode/],
    [
      'a team in shadow',
      'mode',
      { otherModes: ['team/ml'] },
      /^ok: Stage production enforces. In shadow mode: team\/ml\.$/,
    ],
    [
      'a team that is enforced in a shadow stage',
      'mode',
      { mode: 'shadow', otherModes: ['team/ml'] },
      /^attention: .*whom it would stop\. Enforced all the same: team\/ml\.$/,
    ],
    ['a pause', 'mode', { paused: seen('by ann since noon. Drill.') }, /^attention: .*paused: by ann/],
    [
      'a missing stack',
      'stacks',
      { stacks: seen({ monitoring: undefined }) },
      /^broken: monitoring is missing/,
    ],
    [
      'a failed update',
      'stacks',
      { stacks: seen({ monitoring: 'UPDATE_ROLLBACK_COMPLETE' }) },
      /^broken: monitoring UPDATE_ROLL/,
    ],
    [
      'a missing table',
      'parts',
      { parts: seen({ 'user-budgets': false }) },
      /^broken: Missing: user-budgets/,
    ],
    [
      'logging switched off',
      'logging',
      { logging: seen(undefined) },
      /^broken: Bedrock writes no invocation log/,
    ],
    [
      'logging that leads elsewhere',
      'logging',
      { logging: seen({ cloudWatchConfig: { logGroupName: '/other', roleArn: 'r' } }) },
      /^broken: .*\/other, and this stage reads \/group/,
    ],
    [
      'bodies delivered',
      'logging',
      {
        logging: seen({
          cloudWatchConfig: { logGroupName: '/group', roleArn: 'r' },
          s3Config: { bucketName: 'b' },
        }),
      },
      /^attention: .*Prompts and answers are delivered/,
    ],
    [
      'one path only',
      'logging',
      { logging: seen({ s3Config: { bucketName: 'b' } }) },
      /^attention: .*fast path .* is not in use/,
    ],
    [
      'a filter that was removed',
      'subscription',
      { subscribers: seen([]) },
      /^broken: \/group does not feed ingest/,
    ],
    [
      'a log group that has gone',
      'subscription',
      { subscribers: seen(undefined) },
      /^broken: There is no log group/,
    ],
    ['a silent bucket', 'log objects', { announces: seen(false) }, /^broken: The log bucket does not tell/],
    [
      'an unconfirmed e-mail',
      'topics',
      { topics: seen([{ name: 't', confirmed: 1, pending: 1 }]) },
      /^attention: t: 1 confirmed, 1 pending/,
    ],
    [
      'a topic without readers',
      'topics',
      { topics: seen([{ name: 't', confirmed: 0, pending: 0 }]) },
      /^attention: .*reach nobody/,
    ],
    [
      'a disabled schedule',
      'schedules',
      { rules: seen([{ name: 'EachMinute', schedule: 'rate(1 minute)', enabled: false }]) },
      /^broken: Disabled: EachMinute/,
    ],
    [
      'a rule that was deleted',
      'schedules',
      { wantedRules: ['EachMinute', 'logging-changed'] },
      /^broken: Missing: logging-changed\.$/,
    ],
    [
      'log objects that go elsewhere',
      'log objects',
      { rules: seen([{ name: 'EachMinute', schedule: 'rate(1 minute)', enabled: true, bucket: 'ours' }]) },
      /^broken: Bedrock writes to the bucket bucket, and this stage reads ours/,
    ],
    ['no schedule at all', 'schedules', { rules: seen([]) }, /^broken: No rule has a schedule/],
    [
      'dead letters',
      'dead letters',
      { queues: seen({ waiting: 0, deadLetters: 2 }) },
      /^broken: 2 deliveries are dead letters/,
    ],
    ['a late pipeline', 'lag', { lag: seen({ ingest: 900 }) }, /^attention: Behind: ingest 900 s/],
    [
      'a pipeline that stands',
      'lag',
      { lag: seen({ evaluate: 7200, ingest: 1 }) },
      /^broken: Far behind: evaluate 7200 s, ingest 1 s/,
    ],
    ['silence', 'lag', { lag: seen({ ingest: undefined }) }, /^ok: Nothing was measured/],
    ['a ringing alarm', 'alarms', { alarms: seen(['ingest-late']) }, /^attention: Ringing: ingest-late/],
    [
      'a changed policy',
      'policies',
      { policies: seen({ Halt: { found: 'y', expected: 'x' } }) },
      /^broken: Halt does not say/,
    ],
    [
      'a deny that someone took off',
      'denies',
      { denies: seen({ carried: [], wanted: ['user/alice'] }) },
      /^broken: Held, but without our deny: user\/alice/,
    ],
    [
      'a deny that was forgotten',
      'denies',
      { denies: seen({ carried: ['user/bob'], wanted: [] }) },
      /^broken: Denied, but not held: user\/bob/,
    ],
    [
      'an unenforceable principal',
      'enforcement',
      { troubled: seen([{ subject: 'root', access: 'unenforceable', why: 'No policy reaches root.' }]) },
      /^attention: root is unenforceable: No policy/,
    ],
    ['old prices', 'prices', { pricesOf: '2026-09-01' }, /^attention: .*82 days old/],
    ['a missing permission', 'alarms', { alarms: unseen }, /^attention: Could not be seen \(AccessDenied/],
  ])('says of %s what to do', (_, check, change, expected) => {
    const findings = checkDeployed({ ...healthy, ...change });
    expect(told(findings, check)).toEqual([expect.stringMatching(expected)]);
    const todo = findings.find((finding) => finding.check === check && finding.verdict !== 'ok')?.todo;
    if (!expected.source.startsWith('^ok')) expect(todo).toMatch(/\.$/);
    expect(findings.filter((finding) => finding.check !== check && finding.verdict !== 'ok')).toEqual([]);
  });
});

const allow = (...Action: string[]): FoundPolicy => ({ Statement: [{ Effect: 'Allow', Action }] });
const holder = {
  type: 'user',
  name: 'ann',
  path: '/',
  attached: 1,
  documents: [allow('bedrock:*')],
} as const;
const fit: AccountFacts = {
  region: 'us-east-1',
  pinned: true,
  logging: seen(undefined),
  declared: {},
  others: {},
  logClass: seen('STANDARD'),
  ownLogGroup: '/bedrock-budgeteer/production/model-invocations',
  subscribers: seen(undefined),
  holders: seen([holder]),
  breakGlass: ['user/breaker'],
  quotas: seen({
    Policies: 10,
    PoliciesQuota: 1500,
    Roles: 10,
    RolesQuota: 1000,
    AttachedPoliciesPerUserQuota: 10,
  }),
  concurrency: seen(1000),
  enforcerConcurrency: 2,
  announces: seen(undefined),
  named: seen([]),
  archive: seen(undefined),
  stacks: seen([]),
  trails: seen([{ name: 'management', logging: true, managementEvents: true }]),
};

describe('doctor, before a deployment', () => {
  it.each<[string, RegExp]>([
    ['us-east-1', /^ok: .*function URLs.*made in us-east-1, last and alone/],
    ['mx-central-1', /^ok: .*an HTTP API.*made in us-east-1/],
    ['us-gov-west-1', /^ok: .*no AWS budget/],
  ])('says what a stage is made of in %s', (region, expected) => {
    expect(told(findingsOfAccount({ ...fit, region }), 'region')).toEqual([expect.stringMatching(expected)]);
  });

  it('finds nothing to do in an account that is fit', () => {
    expect(findingsOfAccount(fit).map(({ verdict }) => verdict)).toEqual(Array(9).fill('ok'));
    expect(told(findingsOfAccount(fit), 'callers')).toEqual([
      expect.stringContaining('1 users and 0 roles may call Bedrock'),
    ]);
  });

  it.each<[string, string, Partial<AccountFacts>, RegExp]>([
    [
      'the same for a stage that names no Region',
      'region',
      { region: 'mx-central-1', pinned: false },
      /^broken: .*names no Region/,
    ],
    [
      'an audit archive that was left',
      'archive',
      { archive: seen('bedrock-budgeteer-production-audit-111122223333') },
      /^broken: .*may be locked/,
    ],
    ['a Region that nobody knows', 'region', { region: 'me-west-1' }, /^attention: .*not known/],
    ['a partition that nobody tried', 'region', { region: 'us-iso-east-1' }, /^broken: .*never tried/],
    [
      'logging of someone else',
      'logging',
      { logging: seen({ s3Config: { bucketName: 'theirs' } }) },
      /^broken: The deployment would stop/,
    ],
    [
      'a stage that is deployed',
      'logging',
      { logging: seen({ cloudWatchConfig: { logGroupName: fit.ownLogGroup, roleArn: 'r' } }) },
      /^attention: .*already/,
    ],
    [
      'a full log group',
      'log group',
      { others: { logGroup: '/g' }, subscribers: seen(['a', 'b']) },
      /^broken: \/g has 2 subscription filters/,
    ],
    [
      'a log group that takes no subscription',
      'log group',
      { others: { logGroup: '/g' }, subscribers: seen([]), logClass: seen('INFREQUENT_ACCESS') },
      /^broken: \/g is of the class Infrequent Access/,
    ],
    [
      'a log group that is not there',
      'log group',
      { others: { logGroup: '/g' } },
      /^broken: There is no log group \/g/,
    ],
    [
      'a full principal',
      'unstoppable',
      { holders: seen([{ ...holder, attached: 10 }]) },
      /^attention: 1 could not be stopped\. user\/ann: All its 10 policy slots/,
    ],
    [
      'a break-glass user',
      'unstoppable',
      { holders: seen([{ ...holder, name: 'breaker' }]) },
      /user\/breaker: It is named as break-glass/,
    ],
    [
      'Identity Center',
      'unstoppable',
      {
        holders: seen([
          {
            ...holder,
            type: 'role',
            name: 'AWSReservedSSO_Dev_0123456789abcdef',
            path: '/aws-reserved/sso.amazonaws.com/',
          },
        ]),
      },
      /Only AWS can change an Identity Center role/,
    ],
    [
      'a full IAM',
      'quotas',
      { quotas: seen({ Roles: 999, RolesQuota: 1000 }) },
      /^broken: IAM is full: 999 of 1000 roles/,
    ],
    [
      'an IAM that is nearly full',
      'quotas',
      { quotas: seen({ Roles: 880, RolesQuota: 1000 }) },
      /^attention: IAM has room for a deployment, and little more: 880 of 1000 roles/,
    ],
    [
      'more hands for the enforcer than there are to give',
      'concurrency',
      { concurrency: seen(105), enforcerConcurrency: 10 },
      /^broken: Only 105 concurrent executions are unreserved, and the enforcer reserves 10/,
    ],
    [
      'a bucket that is not there',
      'bucket',
      { others: { bucket: 'b' } },
      /^broken: There is no bucket b in us-east-1/,
    ],
    [
      'a silent bucket',
      'bucket',
      { others: { bucket: 'b' }, announces: seen(false) },
      /^broken: b does not tell EventBridge/,
    ],
    [
      'what an earlier deployment left',
      'leftovers',
      { named: seen(['the table t', 'the log group g']) },
      /^broken: An earlier deployment has left the table t, the log group g\.$/,
    ],
    ['an account without a trail', 'trail', { trails: seen([]) }, /^attention: There is no CloudTrail trail/],
    [
      'a trail that has stopped',
      'trail',
      { trails: seen([{ name: 't', logging: false, managementEvents: true }]) },
      /^attention: No CloudTrail trail records management events/,
    ],
    [
      "an organisation's trail",
      'trail',
      { trails: seen([{ name: 't', logging: undefined, managementEvents: undefined }]) },
      /^attention: The trail t cannot be looked into/,
    ],
    ['a new account', 'concurrency', { concurrency: seen(10) }, /^broken: Only 10 concurrent executions/],
    ['a missing permission', 'concurrency', { concurrency: unseen }, /^attention: Could not be seen/],
  ])('says of %s what to do', (_, check, change, expected) => {
    const findings = findingsOfAccount({ ...fit, ...change });
    expect(told(findings, check)).toEqual([expect.stringMatching(expected)]);
    expect(findings.find((finding) => finding.check === check)?.todo).toMatch(/\.$/);
  });
});

it('takes what a deployed stage has for its own, and an unreserved enforcer for one that needs nothing', () => {
  const findings = findingsOfAccount({
    ...fit,
    named: seen(['the table t']),
    stacks: seen(['s']),
    concurrency: seen(10),
    enforcerConcurrency: 'unreserved',
  });
  expect([...told(findings, 'leftovers'), ...told(findings, 'concurrency')]).toEqual([
    expect.stringMatching(/^ok: The stage is deployed/),
    expect.stringMatching(/^ok: The enforcer reserves nothing/),
  ]);
});

describe('The trails of a Region', () => {
  /** In the shapes of CloudTrail's API reference. */
  const asked = (selectors: object) => async (operation: string, input: object) => {
    if (operation === 'DescribeTrails') {
      expect(input).toEqual({ includeShadowTrails: true });
      const arn = (name: string) => `arn:aws:cloudtrail:us-east-1:111122223333:trail/${name}`;
      return { trailList: ['own', 'organisation'].map((Name) => ({ Name, TrailARN: arn(Name) })) };
    }
    if (JSON.stringify(input).includes('organisation')) throw new Error('AccessDenied');
    return operation === 'GetTrailStatus' ? { IsLogging: true } : { ...selectors };
  };
  const field = (Field: string, ...Equals: string[]) => ({ Field, Equals });

  it.each<[string, object, boolean]>([
    ['all events', { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }] }, true],
    ['reads', { EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'ReadOnly' }] }, false],
    ['data alone', { EventSelectors: [{ IncludeManagementEvents: false, ReadWriteType: 'All' }] }, false],
    [
      'management events by an advanced selector',
      { AdvancedEventSelectors: [{ FieldSelectors: [field('eventCategory', 'Management')] }] },
      true,
    ],
    [
      'their reads alone',
      {
        AdvancedEventSelectors: [
          { FieldSelectors: [field('eventCategory', 'Management'), field('readOnly', 'true')] },
        ],
      },
      false,
    ],
    [
      'data by an advanced selector',
      { AdvancedEventSelectors: [{ FieldSelectors: [field('eventCategory', 'Data')] }] },
      false,
    ],
  ])('that record %s', async (_, selectors, managementEvents) => {
    expect(await findTrails(asked(selectors))).toEqual([
      { name: 'own', logging: true, managementEvents },
      { name: 'organisation', logging: undefined, managementEvents: undefined },
    ]);
  });
});

describe('who may call Bedrock', () => {
  it.each<[boolean, FoundPolicy]>([
    [true, allow('*')],
    [true, allow('bedrock:Invoke*')],
    [true, allow('BEDROCK:InvokeModel')],
    [true, allow('bedrock-mantle:CreateInference')],
    [true, { Statement: { Effect: 'Allow', NotAction: 'iam:*' } }],
    [false, { Statement: { Effect: 'Allow', NotAction: ['bedrock:*', 'bedrock-mantle:*'] } }],
    [false, allow('bedrock:List*', 's3:*')],
    [false, { Statement: [{ Effect: 'Deny', Action: 'bedrock:*' }] }],
    [false, {}],
  ])('is %s of %j', (expected, document) => {
    expect(mayCallBedrock({ documents: [document] })).toBe(expected);
  });
});

it('takes policies for the same that differ in order and in lists of one', () => {
  const one = { Statement: [{ Effect: 'Deny', Action: ['a', 'b'], Resource: '*' }] };
  expect(policyHash(one)).toBe(
    policyHash({ Statement: { Resource: ['*'], Action: ['b', 'a'], Effect: 'Deny' } }),
  );
  expect(policyHash(one)).not.toBe(
    policyHash({ Statement: [{ Effect: 'Deny', Action: ['a'], Resource: '*' }] }),
  );
});
