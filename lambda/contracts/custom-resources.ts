import * as z from 'zod';

/** Types that the templates give to what only a deployment does. */
export const customResourceTypes = {
  logging: 'Custom::InvocationLogging',
  denyRemoval: 'Custom::DenyRemoval',
  executionsEnd: 'Custom::ExecutionsEnd',
} as const;

/** CloudFormation turns every value into a string. */
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** What the template tells the function `logging`. */
export const loggingPropertiesSchema = z.object({
  Region: z.string().min(1),
  /** Whose subscription is ours. */
  IngestArn: z.string().min(1),
  /** Whose rule on the bucket is ours. */
  BucketRule: z.string().min(1),
  LogGroupName: z.string().min(1),
  LogGroupDeclared: flag,
  RoleArn: z.string().min(1),
  BucketName: z.string().min(1),
  BucketDeclared: flag,
  CopyBodies: flag,
  /** Only there to be changed: CloudFormation asks again when a property differs. */
  Revision: z.string(),
});

/** What the template tells the function `lift-denies` of the machines whose executions it ends. */
export const executionsEndPropertiesSchema = z.object({ MachineArns: z.array(z.string().min(1)) });

/** As the construct writes them. */
export type LoggingPropertiesInput = z.input<typeof loggingPropertiesSchema>;
