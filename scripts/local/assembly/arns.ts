import type { DeploymentPlace } from './template.ts';

/** A function may be named by its name or any of its ARNs; this is the one without a qualifier. */
export function functionArn(nameOrArn: string, { account, region }: DeploymentPlace): string {
  if (!nameOrArn.startsWith('arn:')) return `arn:aws:lambda:${region}:${account}:function:${nameOrArn}`;
  return nameOrArn.split(':').slice(0, 7).join(':');
}
