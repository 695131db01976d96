import { creationOrder } from './creation-order.ts';
import { decorativeTypes, isDeploymentHelper } from './decorative-types.ts';
import { Intrinsics } from './intrinsics.ts';
import type { LocalAssembly, ResourceSpec } from './local-assembly.ts';
import { Properties } from './properties.ts';
import type { Draft } from './reading.ts';
import { readers } from './resource-readers.ts';
import {
  type DeploymentPlace,
  type StackTemplate,
  type TemplateResource,
  UnsupportedTemplateError,
} from './template.ts';

const emptyDraft = (): Draft => ({
  roles: [],
  managedPolicies: [],
  functions: [],
  tables: [],
  mappings: [],
  rules: [],
  busNames: ['default'],
  permissions: [],
  functionUrls: [],
  queues: [],
  topics: [],
  resourcePolicies: [],
  subscriptions: [],
  subscriptionFilters: [],
  invokeConfigs: [],
  stateMachines: [],
  buckets: [],
  inlinePolicies: [],
  resources: [],
});

/**
 * Reads synthesized templates into what the local stack runs.
 * @throws UnsupportedTemplateError for a resource type that is neither imitated nor known to be decorative
 */
export function readAssembly(
  stacks: readonly StackTemplate[],
  place: DeploymentPlace,
  assetPath: (objectKey: string) => string,
): LocalAssembly {
  const intrinsics = new Intrinsics(stacks, place);
  const draft = emptyDraft();
  for (const { name: stack, template } of stacks) {
    for (const [logicalId, resource] of Object.entries(template.Resources)) {
      if (!intrinsics.exists(stack, resource.Condition)) continue;
      const read = readers[resource.Type];
      if (!read) {
        if (decorativeTypes.has(resource.Type) || isDeploymentHelper(resource.Type)) continue;
        throw new UnsupportedTemplateError(
          `The local stack does not imitate ${resource.Type} (${stack}/${logicalId}): add it to resource-readers.ts, or to decorative-types.ts if nothing depends on it.`,
        );
      }
      const values = intrinsics.resolve(stack, resource.Properties ?? {}) as Readonly<
        Record<string, unknown>
      >;
      const properties = new Properties(values, `${stack}/${logicalId}`);
      const identity = intrinsics.identity(stack, logicalId);
      read({ logicalId, properties, identity, draft, place, assetPath });
    }
  }
  const { inlinePolicies, ...lists } = draft;
  const roles = lists.roles.map((role) => ({
    ...role,
    policies: [...role.policies, ...inlinePolicies.filter(({ roleName }) => roleName === role.name)],
  }));
  const resources = stacks.flatMap(({ name: stack, template }) =>
    creationOrder(template)
      .filter((logicalId) => intrinsics.exists(stack, template.Resources[logicalId]?.Condition))
      .map((logicalId) => resourceSpec(intrinsics, stack, logicalId, template.Resources[logicalId])),
  );
  const metadata = Object.fromEntries(stacks.map(({ name, template }) => [name, template.Metadata ?? {}]));
  return { place, ...lists, roles, metadata, resources };
}

function resourceSpec(
  intrinsics: Intrinsics,
  stack: string,
  logicalId: string,
  resource: TemplateResource | undefined,
): ResourceSpec {
  const { ref, attributes } = intrinsics.identity(stack, logicalId);
  return {
    stack,
    logicalId,
    type: resource?.Type ?? '',
    properties: (intrinsics.resolve(stack, resource?.Properties ?? {}) ?? {}) as ResourceSpec['properties'],
    ref,
    arn: attributes['Arn'] ?? attributes['TopicArn'] ?? attributes['PolicyArn'],
    retained: (resource?.DeletionPolicy ?? 'Delete') !== 'Delete',
  };
}
