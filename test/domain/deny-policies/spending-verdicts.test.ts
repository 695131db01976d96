import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { restrictedActions, spendingActions } from '../../../lambda/domain/deny-policies/spending-actions.ts';
import { type ActionVerdict, judgeActions } from '../../../scripts/policies/judge-actions.ts';
import {
  policySizes,
  reserve,
  sizesText,
  spendingActionsText,
  spendingBudget,
  tamperBudget,
} from '../../../scripts/policies/policy-docs.ts';
import { judged } from '../../../scripts/policies/spending-verdicts.ts';

const docs = (name: string) => readFileSync(join(__dirname, '../../../docs', name), 'utf8');
const fitting = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i');
let all: readonly ActionVerdict[];
let services: readonly string[];

beforeAll(async () => {
  const found = await judgeActions();
  services = Object.keys(found);
  all = Object.values(found).flat();
});

describe('Of all actions that the Service Authorization Reference has for Bedrock and what is beside it', () => {
  test('each is denied, or somebody has said why not', () => {
    const open = all.filter(({ suspended, why }) => suspended !== 'denied' && why === undefined);

    expect(open.map(({ action }) => action)).toEqual([]);
  });

  test('each service was judged as a whole, and none that has gone', () => {
    expect(Object.keys(judged).sort()).toEqual([...services].sort());
  });

  test('no verdict is about an action that is denied, or that is no more', () => {
    const allowed = new Set(
      all.filter(({ suspended }) => suspended === 'allowed').map(({ action }) => action),
    );
    const said = Object.entries(judged).flatMap(([service, groups]) =>
      groups.flatMap(({ actions }) => actions.map((action) => `${service}:${action}`)),
    );

    expect(said.filter((action) => !allowed.has(action))).toEqual([]);
    expect(new Set(said).size).toBe(said.length);
  });

  test.each([...spendingActions, ...restrictedActions])('%s names one that there is', (pattern) => {
    expect(all.some(({ action }) => fitting(pattern).test(action))).toBe(true);
  });

  test.each([
    'aws-external-anthropic:CreateInference',
    'bedrock-agentcore:ProcessPayment',
    'bedrock-agentcore:InvokeAgentRuntimeCommand',
    'bedrock-mantle:CreateCustomizedModel',
    'bedrock-websearch:InvokeSearch',
    'bedrock:CreateModelCopyJob',
    'bedrock:InvokeModelWithResponseStream',
    'nova-act:InvokeActStep',
  ])('%s is denied to who is suspended', (name) => {
    expect(all.find(({ action }) => action === name)?.suspended).toBe('denied');
  });

  test('a restriction leaves economy models, and nothing whose role may call any model', () => {
    const restricted = (name: string) => all.find(({ action }) => action === name)?.restricted;

    expect(['bedrock:InvokeModel', 'bedrock-mantle:CreateInference'].map(restricted)).toEqual([
      'by model',
      'by model',
    ]);
    expect(
      ['InvokeAgent', 'InvokeInlineAgent', 'InvokeFlow', 'StartFlowExecution'].map((name) =>
        restricted(`bedrock:${name}`),
      ),
    ).toEqual(Array(4).fill('denied'));
    expect(restricted('bedrock-agentcore:InvokeAgentRuntime')).toBe('denied');
    expect(restricted('bedrock:ApplyGuardrail')).toBe('allowed');
    expect(restricted('bedrock:RetrieveAndGenerate')).toBe('allowed');
  });

  test('none that reads, ends or removes is denied, so that one can still clean up', () => {
    const wrong = all.filter(
      ({ action, suspended }) =>
        suspended !== 'allowed' &&
        /:(Get|List|Describe|Delete|Stop|Cancel|Untag)/.test(action) &&
        // Of our own logging: the tamper statements.
        !action.includes('ModelInvocationLogging'),
    );

    expect(wrong.map(({ action }) => action)).toEqual([]);
  });
});

describe('The sizes of the deny texts', () => {
  test('stay within the one budget of characters', () => {
    const { suspended, spending, tamper, restricted, noPremium, managed, organization, guard } =
      policySizes();

    expect(spending).toBeLessThanOrEqual(spendingBudget);
    expect(tamper).toBeLessThanOrEqual(tamperBudget);
    for (const size of [suspended, restricted, noPremium, managed])
      expect(size).toBeLessThanOrEqual(6_144 - reserve);
    expect(organization).toBeLessThanOrEqual(10_240 - 6_000);
    expect(guard).toBeLessThanOrEqual(10_240 - 1_000);
  });

  test('are in docs/security.md as they are (else: node scripts/write-policy-docs.ts)', () => {
    expect(docs('security.md')).toContain(sizesText());
  });

  test('docs/spending-actions.md is what the texts say (else: node scripts/write-policy-docs.ts)', async () => {
    expect(docs('spending-actions.md')).toBe(await spendingActionsText());
  });
});
