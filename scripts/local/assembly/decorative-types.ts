/**
 * Resources that change nothing of what the local stack shows: observation, capacity, encryption at rest, deployment
 * helpers. Each type that is neither here nor read by `readAssembly` stops the start.
 */
export const decorativeTypes: ReadonlySet<string> = new Set([
  'AWS::ApplicationAutoScaling::ScalableTarget',
  'AWS::ApplicationAutoScaling::ScalingPolicy',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::SSM::Parameter',
]);

/** Custom resources act only at deployment; those that carry something the run needs are read by `readAssembly`. */
export const isDeploymentHelper = (type: string) =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
