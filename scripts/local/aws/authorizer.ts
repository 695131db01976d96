import type { LocalAssembly, RoleSpec } from '../assembly/local-assembly.ts';
import type { IamKnowledge } from './permission.ts';
import {
  evaluatePolicies,
  evaluateResourcePolicy,
  type PolicyStatement,
  type SourcedPolicy,
} from './policy.ts';
import { type ApiCall, type RequiredPermission, requiredPermissions } from './required-permissions.ts';

/** SwitchOutcome at the start for a managed policy whose text the local stack does not have. */
export class UnknownPolicyError extends Error {
  override name = 'UnknownPolicyError';
}

/** AWS's own policies that a role may carry, as far as they matter here. */
const awsManaged: Readonly<Record<string, SourcedPolicy['document']>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
};

export interface ServiceAccess {
  readonly service: string;
  readonly action: string;
  readonly resourceArn: string;
  readonly sourceArn: string;
}

/** Decides as IAM would from the synthesized policies, and remembers every refusal: a run that met one has failed. */
export class Authorizer {
  #assembly: LocalAssembly;
  readonly #policies = new Map<string, readonly SourcedPolicy[]>();
  readonly #refusals = new Set<string>();
  readonly #now: () => Date;
  readonly #iam: Partial<IamKnowledge>;

  /** @throws UnknownPolicyError */
  constructor(assembly: LocalAssembly, now: () => Date, iam: Partial<IamKnowledge> = {}) {
    this.#assembly = assembly;
    this.#now = now;
    this.#iam = iam;
    this.adopt(assembly);
  }

  /** From now on the policies of these templates are in force. @throws UnknownPolicyError */
  adopt(assembly: LocalAssembly): void {
    this.#assembly = assembly;
    for (const role of assembly.roles) this.#policies.set(role.arn, this.#policiesOf(role));
  }

  refusals(): string[] {
    return [...this.#refusals];
  }

  /** For what IAM does not decide, but what would not work in AWS either. */
  refuse(sentence: string): void {
    this.#refusals.add(sentence);
  }

  /** May this role do all that the call needs? @returns why not */
  refusalOf(who: string, roleArn: string, call: ApiCall): string | undefined {
    for (const { action, resource, context } of this.permissionsFor(call)) {
      const reason = this.roleRefusal(who, roleArn, action, resource, context);
      if (reason) return reason;
    }
    return undefined;
  }

  /** What IAM checks before the call is done. */
  permissionsFor(call: ApiCall): readonly RequiredPermission[] {
    const { pathOf, tagsOf, serviceOf } = this.#iam;
    return requiredPermissions(call, pathOf, tagsOf, serviceOf);
  }

  /** @returns why the role may not, undefined where it may */
  roleRefusal(
    who: string,
    roleArn: string,
    action: string,
    resource: string,
    context: Readonly<Record<string, string | string[]>> = {},
  ): string | undefined {
    const { region, account } = this.#assembly.place;
    const request = {
      action,
      resource,
      principalArn: roleArn,
      context: {
        'aws:SecureTransport': 'true',
        'aws:RequestedRegion': region,
        'aws:PrincipalAccount': account,
        'aws:CurrentTime': this.#now().toISOString(),
        ...context,
      },
    };
    const own = evaluatePolicies(this.#policies.get(roleArn) ?? [], request);
    if (own.decision !== 'allowed') return this.#record(`${who}: ${own.because}.`);
    for (const document of this.#resourcePolicies(resource)) {
      const decision = evaluateResourcePolicy({ source: `policy of ${resource}`, document }, request);
      if (decision.decision === 'explicitDeny') return this.#record(`${who}: ${decision.because}.`);
    }
    return undefined;
  }

  /** May this AWS service do it, by the policy of the resource or the permission of the function? */
  serviceRefusal({ service, action, resourceArn, sourceArn }: ServiceAccess): string | undefined {
    const { account } = this.#assembly.place;
    if (resourceArn.includes(':lambda:')) {
      const permitted = this.#assembly.permissions.some(
        (permission) =>
          permission.functionArn === resourceArn &&
          permission.principal === service &&
          permission.action === action &&
          arnLike(permission.sourceArn, sourceArn) &&
          (permission.sourceAccount ?? account) === account,
      );
      if (permitted) return undefined;
    } else {
      const request = {
        action,
        resource: resourceArn,
        principalService: service,
        context: {
          'aws:SourceArn': sourceArn,
          'aws:SourceAccount': account,
          'aws:SecureTransport': 'true',
          'aws:PrincipalIsAWSService': 'true',
          'aws:PrincipalServiceName': service,
        },
      };
      const decisions = this.#resourcePolicies(resourceArn).map(
        (document) =>
          evaluateResourcePolicy({ source: `policy of ${resourceArn}`, document }, request).decision,
      );
      if (decisions.includes('allowed') && !decisions.includes('explicitDeny')) return undefined;
    }
    return this.#record(`${service}: no permission lets ${sourceArn} do ${action} on ${resourceArn}.`);
  }

  /** May the service assume the role that it is given for one of our resources? @returns why not */
  trustRefusal(who: string, roleArn: string, service: string, sourceArn: string): string | undefined {
    const role = this.#assembly.roles.find(({ arn }) => arn === roleArn);
    if (!role) throw new Error(`${who} has the role ${roleArn}, which the templates do not define.`);
    const { decision } = evaluateResourcePolicy(
      { source: `trust policy of ${role.name}`, document: withResource(role.trust) },
      {
        action: 'sts:AssumeRole',
        resource: roleArn,
        principalService: `${service}.amazonaws.com`,
        context: { 'aws:SourceAccount': this.#assembly.place.account, 'aws:SourceArn': sourceArn },
      },
    );
    if (decision === 'allowed') return undefined;
    return this.#record(`${who}: ${service}.amazonaws.com may not assume ${role.name}.`);
  }

  #record(sentence: string): string {
    this.#refusals.add(sentence);
    return sentence;
  }

  /** A bucket's policy speaks for its objects too. */
  #resourcePolicies(resource: string) {
    return this.#assembly.resourcePolicies
      .filter(({ resourceArn }) => resource === resourceArn || resource.startsWith(`${resourceArn}/`))
      .map(({ document }) => document);
  }

  #policiesOf(role: RoleSpec): readonly SourcedPolicy[] {
    const managed = role.managedPolicyArns.map((arn) => {
      const document =
        this.#assembly.managedPolicies.find((policy) => policy.arn === arn)?.document ?? awsManaged[arn];
      if (document) return { source: arn, document };
      throw new UnknownPolicyError(
        `The role ${role.name} carries ${arn}, whose text the local stack does not have: add it to authorizer.ts.`,
      );
    });
    return [...role.policies, ...managed];
  }
}

/** A trust policy names no resource: it is about the role that it belongs to. */
function withResource({ Version, Statement }: RoleSpec['trust']): RoleSpec['trust'] {
  const statements = [Statement].flat() as readonly PolicyStatement[];
  return { ...(Version && { Version }), Statement: statements.map((each) => ({ ...each, Resource: '*' })) };
}

/** In a permission's source ARN `*` stands for anything. */
function arnLike(pattern: string | undefined, arn: string): boolean {
  if (pattern === undefined) return true;
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(arn);
}
