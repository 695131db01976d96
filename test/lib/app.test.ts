import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { commonEnvironment, environments, type FunctionName } from '../../lambda/contracts/environment.ts';
import { settingsSchema } from '../../lambda/contracts/settings.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import { buildApp, createApp } from '../../lib/budgeteer-app.ts';
import { bundleHandlers, MissingHandlerError } from '../../lib/bundles.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import { build, resources, settingsWithWebhook, stacksOf } from './build.ts';

class OneHandlerStack extends Stack {
  constructor(app: App, values: Settings, handlers: string) {
    super(app, 'Bundles');
    const code = bundleHandlers(values, handlers);
    code.of('sweep').bind(this);
    code.dispose?.();
  }
}

describe('The whole app', () => {
  test.each<[string, Partial<StageConfigInput>]>([
    ['keys of AWS', {}],
    ['a key of its own', { kms: 'customer-managed' }],
  ])('has no unanswered finding of AwsSolutions with %s', (_, overrides) => {
    const { app } = build(overrides);

    // Findings name cross-stack references as the synth has resolved them.
    app.synth();
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);

    expect(violations).toEqual([]);
  });

  test.each<[string, Partial<StageConfigInput>]>([
    ['keys of AWS', {}],
    ['a key of its own', { kms: 'customer-managed' }],
  ])('deploys its stacks one after the other with %s: none needs a later one', (_, overrides) => {
    const assembly = build(overrides).app.synth();
    const order = assembly.stacksRecursively.map(({ stackName }) =>
      stackName.replace('bedrock-budgeteer-test-', ''),
    );

    expect(order).toHaveLength(6);
    expect(order.at(-1)).toBe('bill');
    for (const stack of assembly.stacksRecursively) {
      const position = assembly.stacksRecursively.indexOf(stack);
      const needed = stack.dependencies.filter(
        ({ id }) => id.startsWith('bedrock-') && !id.endsWith('.assets'),
      );
      for (const { id } of needed) {
        expect(assembly.stacksRecursively.findIndex((other) => other.id === id)).toBeLessThan(position);
      }
    }
  });

  test('tags whatever costs money with environment, component, cost centre and billing project', () => {
    const stage = build({ tags: { costCenter: 'research' } });
    const types = [
      'AWS::DynamoDB::Table',
      'AWS::S3::Bucket',
      'AWS::Lambda::Function',
      'AWS::SNS::Topic',
      'AWS::SQS::Queue',
      'AWS::StepFunctions::StateMachine',
      'AWS::Logs::LogGroup',
    ];

    for (const [component, stack] of Object.entries(stacksOf(stage))) {
      for (const type of types) {
        for (const { Properties } of Object.values(resources(stack, type))) {
          expect(Properties['Tags']).toEqual(
            expect.arrayContaining([
              { Key: 'Environment', Value: 'production' },
              { Key: 'Component', Value: component },
              { Key: 'CostCenter', Value: 'research' },
              { Key: 'BillingProject', Value: 'bedrock-budget-control' },
            ]),
          );
        }
      }
    }
  });

  test('names each alarm after its stage, and every one reaches the operators', () => {
    const alarms = Object.values(stacksOf(build())).flatMap((stack) =>
      Object.values(resources(stack, 'AWS::CloudWatch::Alarm')),
    );

    for (const { Properties } of alarms) {
      expect(Properties['AlarmName']).toMatch(/^bedrock-budgeteer-test-[a-z-]+$/);
      expect(Properties['AlarmActions']).toHaveLength(1);
      expect(String(Properties['AlarmDescription'])).toMatch(/\.$/);
    }
  });
});

describe('The bundles', () => {
  const root = mkdtempSync(join(tmpdir(), 'budgeteer-bundles-'));
  const handlers = join(root, 'lambda', 'handlers');
  const settings = settingsSchema.parse({ mode: 'enforce' });
  const stage = (outdir: string, values = settings) => {
    const app = createApp(outdir);
    new OneHandlerStack(app, values, handlers);
    const directory = app.synth().directory;
    return readdirSync(directory).filter((name) => name.startsWith('asset.'));
  };

  beforeAll(() => {
    mkdirSync(handlers, { recursive: true });
    symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
    writeFileSync(
      join(handlers, 'sweep.lambda.ts'),
      `import { readFileSync } from 'node:fs';
       import { environments, type FunctionName } from '../../lambda/contracts/environment.ts';
import { type Settings, settingsSchema } from '${join(import.meta.dirname, '..', '..', 'lambda', 'contracts', 'settings.ts')}';
       class LeaseHeldError extends Error { get name() { return this.constructor.name; } }
       const settings = JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8'));
       export const handler = async () => [settingsSchema.parse(settings).mode, new LeaseHeldError().name];`,
    );
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('run on Node as they are, with their settings beside them and their class names kept', () => {
    const outdir = join(root, 'run');
    const [asset = ''] = stage(outdir);
    const bundle = join(outdir, asset, 'index.mjs');

    const script = `import(${JSON.stringify(bundle)}).then((m) => m.handler()).then((r) => console.log(JSON.stringify(r)))`;
    const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });

    expect(JSON.parse(output)).toEqual(['enforce', 'LeaseHeldError']);
    expect(JSON.parse(readFileSync(join(outdir, asset, 'settings.json'), 'utf8'))).toEqual(settings);
  });

  test('have the same content name in every output, and another one for other settings', () => {
    const first = stage(join(root, 'first'));

    expect(stage(join(root, 'second'))).toEqual(first);
    expect(stage(join(root, 'third'), settingsSchema.parse({ mode: 'shadow' }))).not.toEqual(first);
  });

  test('of every function load on Node with the environment of their contract', () => {
    const outdir = join(root, 'real');
    const { app } = buildApp(
      { stage: 'test', settings: { ...settingsWithWebhook, fencedRoles: ['App'], haltSwitch: 'on' } },
      { outdir },
    );
    const assets = readdirSync(app.synth().directory).filter((name) => name.startsWith('asset.'));
    const names = Object.keys(environments) as FunctionName[];
    const variables = [...commonEnvironment, ...names.flatMap((name) => environments[name])].map((key) => [
      key,
      'arn:aws:any',
    ]);

    const bundles = assets.map((asset) => join(outdir, asset, 'index.mjs'));
    const script = `Promise.all(${JSON.stringify(bundles)}.map((b) => import(b))).then((all) =>
      console.log(JSON.stringify(all.map(({ handler }) => typeof handler))))`;
    const output = execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      env: { ...process.env, AWS_REGION: 'eu-central-1', ...Object.fromEntries(variables) },
    });

    expect(JSON.parse(output)).toEqual(names.map(() => 'function'));
  });

  test('tell which entry point is missing', () => {
    expect(() => bundleHandlers(settings, handlers).of('audit')).toThrow(
      new MissingHandlerError(
        `The function audit has no entry point: add ${join(handlers, 'audit.lambda.ts')}.`,
      ),
    );
  });
});
