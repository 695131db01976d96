import type { EvaluatedPolicy } from '../aws/policy.ts';
import type { LocalAssembly } from './local-assembly.ts';
import type { Properties } from './properties.ts';
import type { DeploymentPlace } from './template.ts';

/** One resource as its reader gets it. */
export interface ResourceReading {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly identity: { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };
  readonly draft: Draft;
  readonly place: DeploymentPlace;
  /** Folder of an asset, by the object key that the template names. */
  readonly assetPath: (objectKey: string) => string;
}

/** The lists of a LocalAssembly while they are being filled. */
export type Draft = {
  -readonly [K in keyof Omit<LocalAssembly, 'place' | 'metadata'>]: LocalAssembly[K][number][];
} & {
  /** Inline policies by role name; a template defines them apart from the role. */
  inlinePolicies: { roleName: string; source: string; document: EvaluatedPolicy }[];
};
