import { Annotations, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PriceBookError } from '../lambda/domain/pricing/book-file.ts';
import { buildApp, buildOrganization, createApp } from '../lib/budgeteer-app.ts';
import { StageConfigError } from '../lib/config.ts';
import { regionWarnings } from '../lib/regions/region-choices.ts';
import { stages } from '../lib/stages.ts';

const app = createApp();
const stage: string = app.node.tryGetContext('stage') ?? 'production';
const config = stages[stage];

try {
  if (!config) {
    throw new StageConfigError(
      `There is no stage "${stage}": lib/stages.ts has ${Object.keys(stages).join(', ')}.`,
    );
  }
  // `-c organization=true`: what the management account deploys, and nothing else.
  if (app.node.tryGetContext('organization')) buildOrganization({ stage, ...config }, app);
  else {
    const { security, config: parsed } = buildApp({ stage, ...config }, { app });
    for (const [index, sentence] of regionWarnings(parsed).entries()) {
      Annotations.of(security).addWarningV2(`bedrock-budgeteer:region-${index}`, sentence);
    }
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // cdk-nag reads a property that CDK has deprecated. Whatever is built here has had its own warnings by now.
  process.env['JSII_DEPRECATED'] = 'quiet';
  app.synth();
} catch (error) {
  if (!(error instanceof StageConfigError || error instanceof PriceBookError)) throw error;
  // The sentences say what to change; a stack trace would hide them.
  console.error(error.message);
  process.exitCode = 1;
}
