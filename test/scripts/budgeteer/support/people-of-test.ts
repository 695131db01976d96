import { type SettingsInput, settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { type Deployment, openDeployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { LocalStack } from '../../../../scripts/local/stack.ts';
import { opus, record } from '../../../support/records.ts';

/** A running stage, and what people do in it: each command is signed as whoever gives it, and bound by his policies. */
export class Staffed {
  readonly stack: LocalStack;
  readonly #settings: SettingsInput;

  private constructor(stack: LocalStack, settings: SettingsInput) {
    this.stack = stack;
    this.#settings = settings;
  }

  /** @param staff who has which of the stage's policies for people */
  static async start(
    settings: SettingsInput,
    now: Date,
    staff: Readonly<Record<string, 'Viewer' | 'Operator' | 'Approver'>>,
  ): Promise<Staffed> {
    const principals = Object.fromEntries(Object.keys(staff).map((name) => [name, { policies: [nothing] }]));
    const stack = await LocalStack.start({ settings, now, chaos: false, principals });
    for (const [name, policy] of Object.entries(staff)) {
      const [kind, own = ''] = name.split('/');
      await stack.people.callIam('user/admin', {
        action: kind === 'role' ? 'AttachRolePolicy' : 'AttachUserPolicy',
        params: {
          [kind === 'role' ? 'RoleName' : 'UserName']: own,
          PolicyArn: stack.people.policyArn(`BedrockBudget${policy}-local`),
        },
      });
    }
    await stack.settle();
    return new Staffed(stack, settings);
  }

  /** The deployment as this person's commands see it. */
  as(person: string): Deployment {
    const { accessKeyId, secretAccessKey } = this.stack.people.credentialsOf(person);
    return openDeployment({
      aws: { region: 'us-east-1', endpoint: this.stack.url, credentials: { accessKeyId, secretAccessKey } },
      stage: 'local',
      settings: settingsSchema.parse(this.#settings),
      clock: () => this.stack.now(),
      sleep: () => this.stack.settle(),
    });
  }

  /** What so many million tokens of Nova Lite cost, 0.06 USD each, in one call that is possible. */
  async spend(user: string, millionTokens: number): Promise<void> {
    const at = this.stack.now().toISOString();
    await this.stack.deliver('cloudwatch', [
      JSON.stringify(record({ user, modelId: opus, input: millionTokens * 4_000, output: 0, at })),
    ]);
    await this.stack.settle();
  }

  /** Whether IAM lets a user call Bedrock now. */
  async mayCall(user: string): Promise<boolean> {
    const identityArn = `arn:aws:iam::111122223333:user/${user}`;
    const call = { identityArn, modelId: 'anthropic.claude-opus-4-6-v1', region: 'us-east-1' };
    return (await this.stack.invoke(call)).decision === 'allowed';
  }

  async later(iso: string): Promise<void> {
    await this.stack.advanceTo(new Date(iso));
    await this.stack.settle();
  }
}

/** Who has policies of his own is no administrator. */
const nothing = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }],
};
