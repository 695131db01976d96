import { InputError } from '../command-line/input-error.ts';
import type { ActResult, IamAct } from './plan.ts';
import type { RunningStack } from './running-stack.ts';

/** Someone of the account calls IAM, bound by the policies in force. */
export async function actOnIam(act: IamAct, stack: RunningStack): Promise<ActResult> {
  const { as, action } = act;
  const params = namedParams(act, stack);
  const { status, code } = await stack.people.callIam(as, { action, params });
  return { at: stack.now().toISOString(), as, action, status, answer: code };
}

function namedParams(act: IamAct, stack: RunningStack): Record<string, string> {
  try {
    return paramsOf(act, stack);
  } catch (error) {
    throw new InputError(`A step iam, ${act.action}: ${(error as Error).message}`, { cause: error });
  }
}

/** As the query protocol has them. */
function paramsOf(act: IamAct, { people }: RunningStack): Record<string, string> {
  const { action, user, role, policy, version, name, document, key, status, path, tags = {} } = act;
  const given = {
    UserName: user,
    RoleName: role,
    PolicyArn: policy === undefined ? undefined : people.policyArn(policy),
    VersionId: version,
    PolicyName: name,
    PolicyDocument: document === undefined ? undefined : JSON.stringify(document),
    ServiceSpecificCredentialId: key === undefined ? undefined : people.keyId(user ?? '', key),
    Status: status,
    Path: path,
    ServiceName: action === 'CreateServiceSpecificCredential' ? 'bedrock.amazonaws.com' : undefined,
    SetAsDefault: action === 'CreatePolicyVersion' ? 'true' : undefined,
  };
  const named = Object.entries(given).flatMap(([param, value]) =>
    value === undefined ? [] : [[param, value]],
  );
  return { ...Object.fromEntries(named), ...tagParams(action, tags) };
}

function tagParams(action: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(tags).map(([tag, value], index) => {
    const member = `member.${index + 1}`;
    return action.startsWith('Untag')
      ? { [`TagKeys.${member}`]: tag }
      : { [`Tags.${member}.Key`]: tag, [`Tags.${member}.Value`]: value };
  });
  return Object.assign({}, ...pairs);
}
